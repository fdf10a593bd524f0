"""Headings: what shops, tills, CRMs and mailing tools call the canonical columns.

Every canonical column has three lists of headings: those that mean it, those that mean it where
nothing better is there, and last resorts (an e-mail address where customers have no number).
Headings are compared as sets of plain words: case, order, punctuation, plural, Russian endings and
units ("Сумма, руб.", "Amount (EUR)") make no difference, and number, No., №, code and ID are one
word. An exact match beats a misspelled one, and that beats a heading that only contains the words.
Names are half of the evidence; `guess` looks at the content as well.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache

from segkit.data import schema

RANKS = (1.0, 0.85, 0.6)
"""Worth of a heading in the first, second and third list of a column."""

PLAIN, ALIKE, HOLDS = 1.0, 0.85, 0.6
"""How a heading can match: the same words, misspelled, or among others."""

ORDERS = {
    "customer_id": (
        "customer id | client id | user id | buyer id | member id | shopper id | household id | "
        "account id | customer user id | customer key | cust id | cid | uid | contact id | "
        "card id | loyalty card | loyalty id | user pseudo id | visitor id | patient id | guest id | "
        "id клиента | клиент id | id покупателя | код контрагента | id пользователя | "
        "номер карты | карта лояльности | дисконтная карта | карта клиента | id контакта | "
        "Kundennummer | Kunden nr | numéro client | id cliente",
        "customer | client | buyer | household | user | member | shopper | account | company id | "
        "sold to party | bill to customer | клиент | покупатель | контрагент | заказчик | "
        "пользователь | карта | Kunde | cliente",
        "email | customer email | billing email | buyer email | почта | e mail клиента | "
        "email покупателя | email контакта | электронная почта | ИНН | ИНН покупателя | "
        "ИНН контрагента | tax id | vat id | phone | customer phone | billing phone | телефон | "
        "телефон клиента | телефон покупателя | мобильный телефон | рабочий телефон | customer name | "
        "client name | buyer name | billing name | company | company name | ФИО | ФИО клиента | "
        "имя клиента | контакт | компания | организация | полное имя контакта | "
        "компания контакта | основной контакт | contact name | contact | full name | guest name",
    ),
    "order_id": (
        "order id | invoice id | invoice | receipt id | transaction id | basket id | order | "
        "check id | ticket id | sales order | purchase id | bill id | document id | deal id | "
        "booking id | reservation id | appointment id | order name | order reference | "
        "increment id | trans id | posting id | номер заказа | заказ | id заказа | номер чека | чек | "
        "номер документа | номер накладной | номер счета | номер отправления | id сделки | "
        "номер визита | номер брони | Bestellnummer | Auftragsnummer | Rechnungsnummer | Belegnummer | "
        "numéro de commande | número de pedido",
        "receipt | basket | transaction | ticket | check | bill | purchase | deal | booking | "
        "reservation | appointment | регистратор | документ | накладная | счет | сделка | "
        "документ продажи | документ движения | реализация | бронь | заявка | external id | id",
        "number | name | название сделки | session id",
    ),
    "ordered_at": (
        "order date | ordered at | order datetime | order timestamp | order created at | "
        "purchase date | purchased at | order purchase timestamp | invoice date | sale date | "
        "sales date | transaction date | date of purchase | receipt date | check date | day | "
        "order time | created at | date created | creation date | created | booking date | visit date | "
        "appointment date | event date | дата заказа | дата создания | дата покупки | "
        "дата оформления | дата продажи | дата чека | дата документа | дата счета | дата реализации | "
        "дата и время | дата время | дата визита | дата записи | дата операции | "
        "дата создания заказа | Bestelldatum | Rechnungsdatum | fecha de pedido | date de commande",
        "date | datetime | timestamp | time | when | period | event timestamp | posting date | "
        "document date | дата | период | момент времени | дата добавления | Datum | fecha",
        "paid at | payment date | paid date | date paid | close date | closed at | completed at | "
        "date completed | ship date | shipped at | delivery date | delivered at | "
        "start date | check in | дата оплаты | дата отгрузки | дата доставки | дата закрытия | "
        "дата начала | дата завершения | year week",
    ),
    "amount": (
        "amount | line total | line amount | line revenue | item revenue | item total | item subtotal | "
        "row total | net amount | sales amount | sales value | net sales | sales | revenue | turnover | "
        "extended price | total price | total amount | amount paid | total sale | sum | "
        "item purchase revenue | purchase revenue | spend | money spent | sale amount | product revenue | "
        "line item total | сумма | сумма продажи | выручка | сумма с ндс | всего с ндс | сумма строки | "
        "стоимость | сумма позиции | сумма по позиции | сумма со скидкой | сумма оплаты | оборот | "
        "сумма реализации | стоимость товаров | стоимость позиции | Umsatz | Betrag | Gesamtpreis | "
        "montant | importe",
        "total | order total | order amount | order value | grand total | total paid | paid | value | "
        "subtotal | order subtotal | total spent | total sales | invoice amount | invoice total | "
        "transaction revenue | payment amount | payment | payment value | gross amount | gross sales | "
        "gross revenue | total revenue | net revenue | итого | сумма заказа | стоимость заказа | "
        "сумма чека | сумма сделки | бюджет | сумма к оплате | итоговая сумма | итого по заказу | "
        "оплачено | сумма документа | всего | к оплате | сумма счета | сумма без ндс | deal value | "
        "deal amount | opportunity | budget | Summe | Gesamt | Gesamtbetrag | итоговая стоимость",
        "price | cost | fee | charge | unit price | item price | цена | price paid | итоговая цена",
    ),
    "quantity": (
        "quantity | qty | units | items | item quantity | quantity ordered | order quantity | "
        "units sold | pieces | lineitem quantity | line item quantity | product quantity | qty ordered | "
        "item count | quantity sold | quantity purchased | количество | кол во | кол | количество товара | "
        "штук | количество единиц | Menge | Anzahl | quantité | cantidad",
        "count | number of items | nights | hours | volume | часы | число | объем",
        "number",
    ),
    "product_id": (
        "product id | sku | item id | item sku | product sku | stock code | article | article id | "
        "lineitem sku | line item sku | variant sku | part id | material | plu | upc | ean | barcode | "
        "asin | isbn | service id | артикул | артикул товара | код товара | id товара | "
        "код номенклатуры | артикул продавца | штрихкод | id услуги | Artikelnummer | référence",
        "product | item | goods | service | товар | номенклатура | услуга | Artikel | producto | "
        "product family",
        "handle | code | код",
    ),
    "product_name": (
        "product name | item name | description | lineitem name | line item name | product title | "
        "item description | product description | service name | title | stock description | "
        "наименование | название товара | наименование товара | название | название услуги | "
        "наименование номенклатуры | Artikelbezeichnung | Bezeichnung | designation",
        "product | item | service | treatment | товар | номенклатура | услуга | позиция | tour | course",
        "name | details | procedure",
    ),
    "unit_price": (
        "unit price | price per unit | item price | price each | lineitem price | line item price | "
        "product price | selling price | net price | price | list price | sale price | item cost | "
        "retail price | цена | цена за единицу | цена за шт | цена продажи | цена товара | цена с ндс | "
        "цена за штуку | розничная цена | Einzelpreis | Stückpreis | Preis | prix unitaire | precio",
        "rate | hourly rate | room rate | price after discount | цена со скидкой",
        "cost",
    ),
    "status": (
        "status | order status | state | financial status | payment status | order state | "
        "fulfillment status | invoice status | booking status | deal status | stage | deal stage | "
        "статус | статус заказа | состояние | этап сделки | стадия сделки | статус оплаты | стадия | "
        "статус сделки | статус документа | Bestellstatus | statut | estado",
        "cancelled | canceled | order item status | этап | type | тип операции | вид операции | "
        "transaction type | отменен",
        "fulfillment | paid | operation",
    ),
    "currency": (
        "currency | currency code | order currency | transaction currency | валюта | код валюты | "
        "валюта документа | Währung | devise | moneda",
        "",
        "",
    ),
    "ordered_time": (
        "time | order time | time of day | sale time | transaction time | clock | время | "
        "время заказа | время чека | время продажи | время визита | Uhrzeit | heure | hora",
        "hour | час",
        "",
    ),
    "store_id": (
        "store id | store | shop | branch | shop id | outlet | location | store name | branch id | "
        "point of sale | pos | store location | pos location name | магазин | торговая точка | филиал | "
        "точка продаж | подразделение | салон | клуб | Filiale | magasin | tienda",
        "clinic | hotel | restaurant | site | склад | sales channel | касса | register | till",
        "warehouse",
    ),
    "discount": (
        "discount | discount amount | rebate | retail disc | lineitem discount | line discount | "
        "item discount | markdown | скидка | сумма скидки | скидка на товар | Rabatt | remise | "
        "descuento",
        "cart discount | order discount | discount total | discount value | total discount | "
        "скидка на заказ | скидка по заказу | размер скидки",
        "",
    ),
    "coupon_discount": (
        "coupon discount | coupon amount | coupon disc | voucher amount | coupon value | promo discount | "
        "скидка по купону | скидка по промокоду | сумма купона",
        "coupon | voucher | купон",
        "",
    ),
}
"""What the columns of order lines are called."""

CUSTOMERS = {
    "customer_id": (
        ORDERS["customer_id"][0] + " | id | external id | respondent id | respondent | subscriber id | "
        "participant id | response id | case id | код | код клиента | id респондента | анкета | "
        "номер анкеты | номер клиента | id контрагента",
        "customer | client | household | user | member | number | index | код по справочнику | "
        "subscriber | респондент | номер",
        ORDERS["customer_id"][2],
    ),
    "first_order_at": (
        "first order at | first order date | first purchase | first purchase date | first order | "
        "first visit | first seen | customer since | дата первого заказа | дата первой покупки | "
        "первая покупка | первый заказ | первый визит | Erstkauf",
        "registered at | registration date | signup date | sign up | created at | date registered | "
        "дата регистрации",
        "",
    ),
    "last_order_at": (
        "last order at | last order date | last purchase | last purchase date | last order | "
        "last visit | most recent order | дата последнего заказа | дата последней покупки | "
        "последняя покупка | последний заказ | последний визит | letzter Kauf",
        "last active | last activity | last seen",
        "",
    ),
    "orders_n": (
        "orders n | orders | orders count | order count | number of orders | total orders | purchases | "
        "number of purchases | visits | frequency | transactions | visits count | количество заказов | "
        "заказов | число заказов | кол во заказов | количество покупок | число покупок | покупок | "
        "визитов | количество визитов | Anzahl Bestellungen",
        "deals | сделок | количество сделок",
        "",
    ),
    "spend_total": (
        "spend total | total spent | total spend | amount spent | lifetime value | ltv | clv | "
        "total revenue | customer value | monetary | total sales | money spent | total purchases | "
        "purchases amount | сумма покупок | сумма заказов | общая сумма | сумма всех заказов | "
        "оплаченная сумма | выручка | потрачено | оборот | Gesamtumsatz",
        "revenue | spend | spent | sales | сумма",
        "",
    ),
    "name": (
        "name | full name | customer name | client name | first name | last name | surname | "
        "middle name | billing name | company name | contact name | display name | ФИО | имя | фамилия | "
        "отчество | имя клиента | наименование | полное имя | полное наименование | "
        "название компании | контактное лицо | Vorname | Nachname | nom | prénom | nombre",
        "company | contact | контакт | клиент | контрагент | покупатель | компания",
        "",
    ),
    "email": (
        "email | email address | customer email | mail | billing email | work email | почта | "
        "e mail клиента | электронная почта | адрес электронной почты | рабочий email | correo",
        "",
        "",
    ),
    "phone": (
        "phone | phone number | telephone | mobile | mobile phone | cell phone | tel | billing phone | "
        "contact phone | default address phone | телефон | мобильный телефон | номер телефона | мобильный | "
        "контактный телефон | рабочий телефон | сотовый | Telefon | Handy | téléphone | teléfono",
        "whatsapp | viber",
        "",
    ),
    "tax_id": (
        "tax id | tax number | vat id | vat number | inn | ein | tin | ИНН | ИНН контрагента | УНП | "
        "БИН | ЕДРПОУ | USt IdNr | siret | siren | NIF",
        "company registration id | ОГРН",
        "",
    ),
}
"""What the columns of a list of customers are called; for attributes see `ATTRIBUTES`."""

PRODUCTS = {
    "product_id": (
        ORDERS["product_id"][0] + " | id | variant id",
        ORDERS["product_id"][1],
        ORDERS["product_id"][2],
    ),
    "department": (
        "department | group | product group | main category | item category 1 | top category | "
        "division | отдел | группа | группа товаров | товарная группа | раздел | номенклатурная группа | "
        "родитель | Warengruppe",
        "section | family | product family | направление | вид номенклатуры",
        "category | категория | type | product type",
    ),
    "category": (
        "category | product category | item category | subcategory | product type | item category 2 | "
        "категория | категория товара | подкатегория | подгруппа | Kategorie | catégorie | categoria",
        "type | collection | class | categories | тип | вид | тип товара | рубрика",
        "tags",
    ),
    "brand": (
        "brand | label | private label | manufacturer | vendor | product brand | бренд | марка | "
        "торговая марка | производитель | Marke | marque | marca",
        "",
        "",
    ),
}
"""What the columns of a product list are called."""

MAILINGS = {
    "customer_id": ORDERS["customer_id"][:2]
    + (
        ORDERS["customer_id"][2] + " | email address | recipient | recipient email | subscriber | "
        "subscriber id | получатель | адрес | подписчик | адрес получателя | email получателя",
    ),
    "campaign_id": (
        "campaign id | campaign | campaign name | mailing id | mailing | newsletter | message id | "
        "email campaign | campaign title | кампания | рассылка | id рассылки | название рассылки | "
        "название кампании | id кампании | Kampagne | campagne",
        "subject | message name | email name | template | тема | тема письма | акция | flow | письмо",
        "message | list",
    ),
    "campaign_type": (
        "campaign type | type | channel | mailing type | message type | message channel | тип рассылки | "
        "канал | тип | тип кампании | вид рассылки",
        "",
        "",
    ),
    "sent_at": (
        "sent at | sent | send date | send time | sent date | date sent | mailing date | send timestamp | "
        "delivered at | sent on | дата отправки | отправлено | время отправки | дата рассылки | "
        "дата и время отправки | Versanddatum",
        "date | start date | start | timestamp | event date | дата | дата начала | created at",
        "delivered",
    ),
    "ends_at": ("ends at | end | end date | valid until | дата окончания | окончание", "", ""),
    "responded": (
        "responded | response | answered | clicked | redeemed | converted | click | "
        "отклик | ответил | кликнул | перешел | клик | переход | перешел по ссылке",
        "purchased | status | статус | action",
        "opened | open | read | открыл | открытие | прочитано | прочитал",
    ),
    "responded_at": (
        "responded at | response date | redemption date | clicked at | click date | click time | "
        "conversion date | first click | дата клика | дата перехода | дата отклика | время клика",
        "opened at | open date | open time | дата открытия | дата прочтения",
        "",
    ),
    "responses_n": (
        "responses n | responses | redemptions | clicks | total clicks | conversions | "
        "переходы | клики | количество переходов | количество кликов | число кликов",
        "opens | total opens | открытия | количество открытий",
        "",
    ),
}
"""What the columns of a list of mailings are called."""

TABLES = {"orders": ORDERS, "customers": CUSTOMERS, "products": PRODUCTS, "mailings": MAILINGS}
"""For every canonical table: {canonical column: three lists of headings}."""

ATTRIBUTES = {
    "country": "country | country code | billing country | страна | Land | pays | país",
    "region": "region | state | province | billing state | billing province | county | регион | область | "
    "край | федеральный округ | район | Bundesland",
    "city": "city | town | billing city | settlement | город | населенный пункт | Stadt | Ort | ville | "
    "ciudad",
    "gender": "gender | sex | пол | Geschlecht",
    "age": "age | возраст | Alter | edad | âge",
    "age_group": "age group | age band | age range | возрастная группа | диапазон возраста",
    "income": "income | annual income | household income | income group | salary | доход | "
    "уровень дохода",
    "education": "education | образование | Bildung",
    "marital_status": "marital status | семейное положение | Familienstand",
    "occupation": "occupation | job | profession | должность | профессия | род занятий | Beruf",
    "household_size": "household size | family size | состав семьи | размер семьи",
    "children_n": "children | number of children | kids | дети | количество детей",
    "channel": "channel | source | acquisition channel | traffic source | utm source | lead source | medium | "
    "source medium | first user source medium | device | device category | канал | источник | "
    "источник трафика | канал привлечения | рекламный источник | тип устройства",
    "industry": "industry | sector | отрасль | сфера деятельности | вид деятельности | оквэд | Branche",
    "employees": "employees | company size | number of employees | количество сотрудников | "
    "численность | Mitarbeiter",
    "turnover": "turnover | annual revenue | годовой оборот | выручка компании",
    "loyalty_level": "loyalty level | tier | membership | loyalty tier | статус клиента | "
    "уровень лояльности | тариф | plan | customer group | группа клиента | группа клиентов | "
    "категория клиента | тип клиента | client type | customer type",
}
"""What attributes of customers are called, so that the card finds their family."""

PERSONAL = (
    "address | billing address | shipping address | street | house | apartment | address line | адрес | "
    "улица | дом | квартира | birth date | birthday | date of birth | dob | дата рождения | "
    "день рождения | passport | паспорт | снилс | ssn | ip | ip address | ip адрес | comment | notes | "
    "note | комментарий | примечание | telegram | vk | instagram | skype | password | card number | "
    "iban | login | nickname | логин | company | signature | юридический адрес | фактический адрес | "
    "default address company | latitude | longitude | shipping name | shipping phone | user agent | сайт | website"
)
"""Headings of customer attributes that say who somebody is: never kept, only listed."""

OTHER = frozenset(
    "shipping delivery доставка tax vat ндс налог fee комиссия commission weight вес url link ссылка "
    "image comment комментарий примечание ip agent browser manager менеджер ответственный seller "
    "employee cashier кассир сотрудник supplier поставщик cost себестоимость margin маржа profit прибыль "
    "balance остаток updated modified изменен обновлен birth рождение birthday warehouse "
    "source utm address адрес zip country city street postcode age percent процент pct refund refunded "
    "password login card_type rating score average средний avg due срок bonus бонус баллы points "
    "author автор создатель assigned organization subscribed accepts долг debt plan expected "
    "предполагаемая".split()
)
"""Words that turn a heading into something else: "shipping total" is no total."""

_SAME = {
    **dict.fromkeys(("no", "nr", "num", "number", "код", "code", "номер", "id", "ид"), "id"),
    **dict.fromkeys(("identifier", "идентификатор", "key", "ref", "reference", "нумер"), "id"),
    "mail": "email",
    "электронная": "e",
}
_FILLER = frozenset("the of a an for in per and на в по с для и у от к за der die das de la du".split())
_UNITS = frozenset(
    "usd eur gbp rub rur руб рубль рублей р uah kzt byn chf pln сом тенге грн шт pcs eu ru тыс".split()
)
_ENDING = re.compile(
    r"(ами|ями|ого|его|ому|ему|ыми|ими|ов|ев|ей|ах|ях|ам|ям|ой|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|"
    r"[аеиоуыэюяйь])$"
)


@cache
def words(heading):
    """Break a heading into plain words, in their order: "InvoiceNo" gives ("invoice", "id")."""
    text = unicodedata.normalize("NFKC", str(heading)).replace("ё", "е").replace("№", " номер ")
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text) if re.match(r"\s*\w", text) else text
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text).lower()
    text = re.sub(r"\be[-_ ]?mail", "email", text).replace("#", " number ")
    text = re.sub(r"\bno\.?(?=\W|_|$)", "number", text)
    parts = [part for part in re.split(r"[\W_]+", text) if part]
    parts = [half for part in parts for half in _halves(part)]
    kept = [p for p in parts if p not in _FILLER and p not in _UNITS] or parts
    return tuple(_SAME.get(part, None) or _stem(part) for part in kept)


def match(heading, table):
    """Tell what a heading may mean in a canonical table: {canonical: strength from 0 to 1}."""
    known = {name: _strength(heading, lists) for name, lists in TABLES[table].items()}
    for name in schema.names(table):
        if words(name) == words(heading):
            known[name] = PLAIN
    return {name: found for name, found in known.items() if found}


def attribute(heading):
    """Return the canonical name of a customer attribute (such as "city"), or None."""
    for name, listed in ATTRIBUTES.items():
        if frozenset(words(heading)) in _sets(listed):
            return name
    return None


def personal(heading):
    """Tell whether a heading names something personal that is no canonical column."""
    own = frozenset(words(heading))
    return any(own == known or (known < own and len(own) <= len(known) + 2)
               for known in _sets(PERSONAL))  # fmt: skip


def _strength(heading, lists):
    """Find the best match of a heading in three lists of synonyms."""
    best = 0.0
    for rank, listed in zip(RANKS, lists, strict=True):
        if listed:
            best = max(best, rank * _closeness(heading, listed))
    return round(best, 3)


@cache
def _closeness(heading, listed):
    own = frozenset(words(heading))
    if not own:
        return 0.0
    known = _sets(listed)
    if own in known:
        return PLAIN
    if any(_alike(words(heading), each) for each in _joined(listed)):
        return ALIKE
    if own & _others():
        return 0.0
    inside = [len(each) / len(own) for each in known if each < own and each != {"id"}]
    return HOLDS * (0.6 + 0.4 * max(inside)) if inside and len(own) <= 6 else 0.0


def _alike(own, known):
    """Tell whether words are the same but for a letter or two, or for the blanks."""
    a, b = "".join(own), "".join(known)
    if a == b:
        return True
    if min(len(a), len(b)) < 6 or abs(len(a) - len(b)) > 1:
        return False
    return SequenceMatcher(None, a, b).ratio() >= 0.88


@cache
def _sets(listed):
    return frozenset(frozenset(words(each)) for each in listed.split("|"))


@cache
def _joined(listed):
    return tuple(dict.fromkeys(words(each) for each in listed.split("|")))


@cache
def _others():
    return frozenset(word for each in OTHER for word in words(each))


def _halves(part):
    """Part a word such as "customerid" or "orderdate", which is written without a gap."""
    found = re.fullmatch(r"([a-z]{4,}?)(id|no|number|date|name|code|price|qty)", part)
    if not found or part in ("candidate", "update", "nickname", "username", "surname", "barcode"):
        return [part]
    return ["number" if half == "no" else half for half in found.groups()]


def _stem(word):
    """Cut a plural s and Russian case endings, so that "заказа" and "заказ" are one word."""
    if re.search("[а-я]", word):
        return _ENDING.sub("", word) if len(_ENDING.sub("", word)) >= 3 else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
