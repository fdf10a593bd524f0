"""Statistical models behind the approaches, each tested against published numbers.

`scales` puts criteria on one scale; `mixtures` and `latent` find groups in mixed data and in
answers (`questions` reads them); `purchases` holds BG/NBD and Gamma-Gamma; `steps` keeps heavy
numbers in a step of their own.
"""
