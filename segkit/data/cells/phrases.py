"""The words by which an export says what a line is: nobody, a test, cancelled, no product.

English and Russian, lower case. Whole ids and whole phrases are compared wherever a part of a
word could mean something else: “test strips” and “тесто” are goods, “partially refunded” is an
order. What was recognised is always listed with its money, so that a wrong guess is seen.
Patterns keep to what DuckDB, PostgreSQL and Spark read alike: no look-around, no word
boundaries.
"""

NOBODY = (
    "0", "00", "000", "-1", "null", "none", "nan", "nil", "n/a", "na", "#n/a", "-", "--", "?",
    "undefined", "unknown", "unknown customer", "not set", "(not set)", "empty", "guest",
    "guest customer", "guest checkout", "guest user", "anonymous", "anonym", "anon", "no name",
    "noname", "no customer", "walk-in", "walk in", "walk-in customer", "walkin", "cash customer",
    "cash sale", "retail customer", "неизвестно", "неизвестный", "неизвестный покупатель", "нет",
    "не указан", "не указано", "аноним", "гость", "без имени", "безымянный", "физлицо",
    "физ. лицо", "физическое лицо", "частное лицо", "розничный покупатель", "розничный клиент",
    "розница", "покупатель", "конечный покупатель", "нал", "наличный покупатель",
)  # fmt: skip
"""Ids that name no customer; compared whole, without regard to case."""

CANCELLED = (
    r"cancel|void|refunded|charge.?back|fail|declin|reject|draft|unpaid|not paid|awaiting payment|"
    r"pending payment|payment pending|abandon|expired|returned|"
    r"отмен|аннулир|возвра|отказ|ошибк|отклон|черновик|не оплач|неоплач|ожидает оплат|"
    r"ждет оплат|ждёт оплат|брошен|истек|истёк|не реализ|проигран|uncollectible|(^|\W)lost($|\W)|"
    r"storn|abgebrochen|erstattet|retour|fehlgeschlagen|unbezahlt|nicht bezahlt|entwurf|"
    r"annul|anul|rembours|échou|echou|refus|impay|non pay|brouillon|"
    r"devuel|devol|reembols|fallid|rechaz|borrador|impagad|annullat|rimbors|zwrot"
)
"""A state with one of these is no sale, unless it is a partial one."""

WON = r"(^|\W)won($|\W)|успешно реализ|выигран|gewonnen|gagnée?($|\W)|ganad[oa]"
"""A state of a deal that became a sale; where some deals have it, the others did not."""

PARTLY = r"partial|partly|частичн|teilweise|partiel|parcial"
"""A state with one of these is still a sale."""

TEST_STATE = r"(^|[^a-zа-яё])(test|тест|тестовый|тестовая|sandbox)([^a-zа-яё]|$)"
"""A state that says that the order was a trial."""

TEST_ID = r"^(test|тест)(er|user|order|customer|client|shop|заказ|клиент)?([^a-zа-яё].*)?$"
"""A customer's or an order's id that was made to try the shop."""

TEST_PRODUCT = (
    r"^(test|тест)[\s\d_.#-]*$|"
    r"^(test|dummy|тестовый|тестовая|тестовое)[\s_-]+(order|product|item|purchase|sku|article|"
    r"goods|заказ|товар|продукт|покупка|позиция|услуга)([^a-zа-яё].*)?$"
)
"""A product's name that is plainly a trial; “test strips” are goods."""

_ON = r"(\s*[:(\[#№].*|\s+-.*|\s*[\d£$€₽%+].*|\s+(to|for|on|by|within|code|coupon) .*)?$"
_RU = r"([^а-яё-].*)?$"

CHARGES = "|".join(
    (
        r"^((dotcom|royal mail|next day|same day|standard|express|free|international|local|home|"
        r"courier|economy|priority|overnight|worldwide|uk|eu) )*"
        r"(postage|post|dot|shipping|shipment|delivery|carriage|freight)"
        r"( ?(and|&|/) ?(packing|handling|packaging|postage|delivery))?"
        rf"( (fee|charge|cost|service)s?)?{_ON}",
        r"^((bank|service|handling|payment|transaction|processing|amazon|ebay|paypal|booking|"
        r"delivery|packing|packaging|gift.?wrap|wrapping|restocking|late|cod|admin|account) ?)?"
        rf"(fee|charge|surcharge)s?{_ON}",
        r"^(.* )?(commission|surcharge)$",
        rf"^(discount|rebate|coupon|promo code|voucher|price reduction){_ON}",
        r"^(.{1,20} )?(discount|rebate|price adjustment)$",
        rf"^(.{{1,20}} )?e?-?gift[ -]?(card|voucher|certificate)s?{_ON}",
        r"^gift_\d.*$",
        rf"^(store credit|top.?up|prepayment|deposit|down ?payment|advance payment){_ON}",
        r"^(manual|(manual )?adjustment|correction|round(ing)?( off)?|tips?|write.?off|"
        rf"(adjust )?bad debt|samples?){_ON}",
        rf"^(услуг[аи] (по )?)?доставк[аеиу]{_RU}",
        r"^(курьерская|экспресс|экспресс-|платная|бесплатная) ?доставка.*$",
        r"^(почтовые|транспортные) (расходы|услуги).*$",
        rf"^(пересылка|самовывоз){_RU}",
        r"^(услуг[аи] |подарочная )?упаковк[аи]( заказа| подарочная| товара)?$",
        rf"^(скидк[аи]|промокод|купон на скидку){_RU}",
        rf"^((банковская )?комиссия|(сервисный|агентский|таможенный) сбор|эквайринг){_RU}",
        rf"^(электронн(ый|ая) )?подарочн(ый|ая) (сертификат|карта){_RU}",
        rf"^(сертификат|карта) подарочн(ый|ая){_RU}",
        rf"^(корректировка|округление|ручная правка|чаевые|предоплата|аванс|депозит){_RU}",
    )
)
"""Names of lines that are no goods: postage, fees, discounts, vouchers, corrections."""

NAMES = (
    r"^(name|names|full.?name|first.?name|last.?name|middle.?name|given.?name|family.?name|"
    r"surname|patronymic|nick.?name|login|user.?name|(customer|client|buyer|contact|person|billing|"
    r"shipping|recipient|cardholder|company contact)[ _.-]?(first|last|full)?[ _.-]?name|"
    r"contact|contact.?person|recipient|cardholder|"
    r"фио|ф\.? ?и\.? ?о\.?.*|имя.*|фамилия.*|отчество.*|контакт.*|получатель|логин|"
    r"(имя|фио|фамилия) .*|.*контактное лицо.*)$"
)
"""Headings under which people's names stand."""

CONTACTS = (
    r"e.?mail|почта|phone|mobile|cell.?(no|num|phone)|telephone|(^|[^a-z])(tel|fax)([^a-z]|$)|"
    r"whats.?app|telegram|viber|skype|icq|телефон|моб\.|мобильн|факс|passport|паспорт|снилс|"
    r"(^|[^a-z])(ip|ssn|iban|vat.?(id|no|number)|tax.?(id|no|number|code)|inn)([^a-z]|$)|"
    r"(^|[^а-яё])инн([^а-яё]|$)|card.?number|номер карты|"
    r"street|address|адрес|улица"
)
"""Headings under which contacts, numbers of documents and addresses stand."""


def nobody(table):
    """Tell which rows name no customer: an empty id, or a word that stands for none."""
    return table.customer_id.isnull() | table.customer_id.lower().isin(NOBODY)
