"""Small exports as programs of many kinds write them, each with what it means, counted by hand.

`files` are texts or bytes by file name; `tables` says which column is which; `facts` what the
kept orders add up to (where a world goes all the way to the card); `unsure` canonical columns
that must be doubted.
"""

from dataclasses import dataclass, field


@dataclass
class World:
    files: dict
    tables: dict
    facts: dict = field(default_factory=dict)
    unsure: set = field(default_factory=set)
    personal: set = field(default_factory=set)
    currency: str = ""


GIFTS = World(
    files={
        "online_retail.csv": """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom
536366,22633,HAND WARMER UNION JACK,6,12/1/2010 8:28,1.85,17850,United Kingdom
536370,22728,ALARM CLOCK BAKELIKE PINK,24,12/13/2010 8:45,3.75,12583,France
536370,22727,ALARM CLOCK BAKELIKE RED,24,12/13/2010 8:45,3.75,12583,France
C536391,22728,ALARM CLOCK BAKELIKE PINK,-4,12/15/2010 10:24,3.75,12583,France
536414,22139,RETROSPOT TEA SET,10,12/15/2010 11:52,4.25,,United Kingdom
"""
    },
    tables={
        "orders": {
            "customer_id": "CustomerID",
            "order_id": "InvoiceNo",
            "ordered_at": "InvoiceDate",
            "quantity": "Quantity",
            "country": "Country",
            "unit_price": "UnitPrice",
            "product_id": "StockCode",
            "product_name": "Description",
        }
    },
    # 15.30 + 20.34 + 11.10 and 90.00 + 90.00 - 15.00; the line without a customer stays out
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 211.74},
    unsure={"customer_id"},
)

ONE_C = World(
    files={
        "Продажи 2024.csv": """\
Отчет по продажам за период 01.01.2024 - 31.03.2024;;;;;;;
;;;;;;;
Дата;Регистратор;Контрагент;Номенклатура;Артикул;Количество;Цена;Сумма, руб.
12.01.2024;Реализация 0001 от 12.01.2024;ООО Ромашка;Стул офисный;A-1;2;1 500,00;3 000,00
12.01.2024;Реализация 0001 от 12.01.2024;ООО Ромашка;Стол;A-2;1;4 500,50;4 500,50
13.01.2024;Реализация 0002 от 13.01.2024;ИП Петров;Стул офисный;A-1;3;1 500,00;4 500,00
15.02.2024;Реализация 0003 от 15.02.2024;ООО Ромашка;Лампа;A-3;10;99,90;999,00
Итого;;;;;16;;12 999,50
""".encode("cp1251"),
        "Клиенты.csv": """\
Код;Наименование;ИНН;Телефон;E-mail;Город;Отрасль;Менеджер
0001;ООО Ромашка;7701234567;+7 495 123-45-67;a@romashka.example;Москва;Мебель;Иванов
0002;ИП Петров;770123456789;+7 495 222-33-44;p@petrov.example;Тверь;Торговля;Иванов
0003;ООО Лютик;7709876543;;;Москва;Торговля;Сидоров
""",
    },
    tables={
        "orders": {
            "customer_id": "Контрагент",
            "order_id": "Регистратор",
            "ordered_at": "Дата",
            "amount": "Сумма, руб.",
            "quantity": "Количество",
            "unit_price": "Цена",
            "product_id": "Артикул",
            "product_name": "Номенклатура",
        },
        "customers": {
            "customer_id": "Наименование",
            "email": "E-mail",
            "phone": "Телефон",
            "tax_id": "ИНН",
            "city": "Город",
            "industry": "Отрасль",
        },
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 12999.5},
    currency="RUB",
)

SHOPIFY = World(
    files={
        "orders_export_1.csv": """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,\
Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem sku,Billing Name,Shipping City,Id
#1050,koper@example.com,paid,2026-05-01 10:00:00 +0200,fulfilled,EUR,100.90,0.00,8.33,100.90,\
,0.00,2026-05-01 09:59:00 +0200,1,Matcha 100 gram,62.95,MAT-100,Koper Een,Gouda,555
#1050,koper@example.com,,,,,,,,,,,,1,Matcha 50 gram,37.95,MAT-50,,,
#1051,anna@example.com,paid,2026-05-02 10:00:00 +0200,fulfilled,EUR,62.95,4.95,8.33,67.90,\
,0.00,2026-05-02 09:59:00 +0200,1,Matcha 100 gram,62.95,MAT-100,Anna Bos,Delft,556
#1052,koper@example.com,paid,2026-05-12 10:00:00 +0200,fulfilled,EUR,122.85,0.00,8.33,122.85,\
,0.00,2026-05-12 09:59:00 +0200,3,Matcha 50 gram,37.95,MAT-50,Koper Een,Gouda,557
#1052,koper@example.com,,,,,,,,,,,,1,Whisk,9.00,WH-1,,,
"""
    },
    tables={
        "orders": {
            "customer_id": "Email",
            "order_id": "Name",
            "ordered_at": "Created at",
            "quantity": "Lineitem quantity",
            "city": "Shipping City",
            "unit_price": "Lineitem price",
            "product_id": "Lineitem sku",
            "product_name": "Lineitem name",
            "status": "Financial Status",
            "currency": "Currency",
            "discount": "Discount Amount",
        }
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 286.7},
    personal={"Billing Name"},
    currency="EUR",
)

WOO = World(
    files={
        "wc-orders.csv": """\
order_id,order_number,order_date,status,shipping_total,order_total,order_currency,customer_id,\
customer_email,billing_first_name,billing_phone,payment_method_title
301,301,2024-03-01 10:15:00,completed,5.00,45.00,USD,0,amy@example.org,Amy,555-010-2233,Stripe
302,302,2024-03-04 12:00:00,completed,5.00,25.00,USD,12,bob@example.org,Bob,555-010-2244,PayPal
303,303,2024-03-09 09:30:00,completed,0.00,80.00,USD,0,amy@example.org,Amy,555-010-2233,Stripe
304,304,2024-03-20 18:45:00,completed,5.00,15.50,USD,0,cat@example.org,Cat,555-010-2255,Stripe
"""
    },
    tables={
        "orders": {
            "customer_id": "customer_email",
            "order_id": "order_id",
            "ordered_at": "order_date",
            "amount": "order_total",
            "status": "status",
            "currency": "order_currency",
        }
    },
    facts={"customers_n": 3, "orders_n": 4, "spend_total": 165.5},
    personal={"billing_first_name", "billing_phone"},
    currency="USD",
)

TILL = World(
    files={
        "till.txt": """\
Date\tTime\tLoyalty Card\tPLU\tItem\tQty\tTotal
03/01/2024\t09:12\t700011\t4011\tBananas\t1\t£1.20
03/01/2024\t09:12\t700011\t2210\tMilk\t2\t£2.60
14/01/2024\t17:40\t700012\t2210\tMilk\t1\t£1.30
20/01/2024\t11:05\t700011\t9001\tCake\t1\t£14.00
"""
    },
    tables={
        "orders": {
            "customer_id": "Loyalty Card",
            "ordered_at": "Date",
            "ordered_time": "Time",
            "amount": "Total",
            "quantity": "Qty",
            "product_id": "PLU",
            "product_name": "Item",
        }
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 19.1},
    currency="GBP",
)

DEALS = World(
    files={
        "amocrm_deals.csv": """\
ID;Название сделки;Бюджет;Ответственный;Дата создания;Этап сделки;Воронка;Полное имя контакта;\
Рабочий телефон;Рабочий email;Компания контакта
9001;Ремонт кухни;120 000;Ольга;05.02.2024 10:00:00;Успешно реализовано;Основная;Иван Орлов;\
+7 900 111-22-33;orlov@example.ru;
9002;Ремонт ванной;85 500;Ольга;17.02.2024 12:30:00;Успешно реализовано;Основная;Анна Белова;\
+7 900 111-22-44;belova@example.ru;
9003;Дизайн;30 000;Пётр;01.03.2024 09:15:00;Успешно реализовано;Основная;Иван Орлов;\
+7 900 111-22-33;orlov@example.ru;
"""
    },
    tables={
        "orders": {
            "customer_id": "Рабочий email",
            "order_id": "ID",
            "ordered_at": "Дата создания",
            "amount": "Бюджет",
            "product_id": "Название сделки",
            "product_name": "Название сделки",
            "status": "Этап сделки",
        }
    },
    unsure={"product_id", "product_name"},
    personal={"Рабочий телефон", "Полное имя контакта"},
)

CDNOW = World(
    files={
        "cdnow.csv": """\
00001,19970101,1,11.77
00002,19970112,1,12.00
00002,19970112,5,77.00
00003,19970102,2,20.76
00003,19970330,2,20.76
00003,19970402,2,19.54
00004,19970101,2,29.33
00004,19970118,2,29.73
00005,19970101,1,14.37
"""
    },
    tables={
        "orders": {
            "customer_id": "column 1",
            "ordered_at": "column 2",
            "quantity": "column 3",
            "amount": "column 4",
        }
    },
    # 2 bought twice on one day: without an order number that is one order
    facts={"customers_n": 5, "orders_n": 8, "spend_total": 235.26},
    unsure={"customer_id", "ordered_at", "quantity", "amount"},
)

GA4 = World(
    files={
        "ga4_purchases.csv": """\
# ----------------------------------------
# Purchases
# 20240101-20240331
# ----------------------------------------

Transaction ID,Date,User pseudo ID,Item name,Item ID,Item quantity,Item revenue,Device category
T100,20240105,87.1700,Blue mug,M1,2,24.00,mobile
T100,20240105,87.1700,Tea towel,M2,1,9.50,mobile
T101,20240120,55.1711,Blue mug,M1,1,12.00,desktop
T102,20240303,87.1700,Apron,M3,1,30.00,mobile
"""
    },
    tables={
        "orders": {
            "customer_id": "User pseudo ID",
            "order_id": "Transaction ID",
            "ordered_at": "Date",
            "amount": "Item revenue",
            "quantity": "Item quantity",
            "product_id": "Item ID",
            "product_name": "Item name",
        }
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 75.5},
)

SALON = World(
    files={
        "записи.csv": """\
Номер визита;Дата визита;Время визита;Клиент;Телефон клиента;Услуга;Сотрудник;Филиал;\
Стоимость;Статус
501;10.01.2024;10:00;Мария;+7 911 000-00-01;Стрижка;Лена;Центр;2 500 ₽;оказана
502;11.01.2024;12:00;Ольга;+7 911 000-00-02;Маникюр;Катя;Центр;1 800 ₽;оказана
503;25.02.2024;15:30;Мария;+7 911 000-00-01;Окрашивание;Лена;Север;6 200 ₽;оказана
"""
    },
    tables={
        "orders": {
            "customer_id": "Телефон клиента",
            "order_id": "Номер визита",
            "ordered_at": "Дата визита",
            "ordered_time": "Время визита",
            "amount": "Стоимость",
            "product_id": "Услуга",
            "product_name": "Услуга",
            "store_id": "Филиал",
            "status": "Статус",
        }
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 10500.0},
    personal={"Клиент"},
    currency="RUB",
)

B2B = World(
    files={
        "счета.csv": """\
Номер счета;Дата счета;ИНН покупателя;Покупатель;Сумма без НДС;НДС;Сумма с НДС;Дата оплаты
17;09.01.2024;7701234567;ООО Вектор;10000,00;2000,00;12000,00;19.01.2024
18;22.01.2024;7802345678;АО Луч;5000,00;1000,00;6000,00;30.01.2024
19;14.03.2024;7701234567;ООО Вектор;2500,00;500,00;3000,00;
"""
    },
    tables={
        "orders": {
            "customer_id": "ИНН покупателя",
            "order_id": "Номер счета",
            "ordered_at": "Дата счета",
            "amount": "Сумма с НДС",
        }
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 21000.0},
)

MAILING = World(
    files={
        "orders.csv": """\
order_id,email,order_date,total
1,ann@example.com,2024-01-05,20.00
2,bob@example.com,2024-02-07,35.00
3,ann@example.com,2024-03-15,12.50
""",
        "campaign_report.csv": """\
Email Address,Campaign Name,Send Date,Opens,Clicks
ann@example.com,Spring sale,2024-02-01,2,1
bob@example.com,Spring sale,2024-02-01,0,0
ann@example.com,Summer sale,2024-03-01,1,0
""",
    },
    tables={
        "orders": {
            "customer_id": "email",
            "order_id": "order_id",
            "ordered_at": "order_date",
            "amount": "total",
        },
        "mailings": {
            "customer_id": "Email Address",
            "campaign_id": "Campaign Name",
            "sent_at": "Send Date",
            "opened": "Opens",
            "clicked": "Clicks",
        },
    },
    facts={"customers_n": 2, "orders_n": 3, "spend_total": 67.5},
)

SURVEY = World(
    files={
        "survey.csv": """\
Respondent ID,Gender,Age group,City,How often do you shop online (1-5),Trust in brands (1-5)
R001,f,25-34,Leeds,4,5
R002,m,35-44,York,2,3
R003,f,25-34,Leeds,5,4
R004,m,55-64,Hull,1,2
"""
    },
    tables={
        "customers": {
            "customer_id": "Respondent ID",
            "gender": "Gender",
            "age_group": "Age group",
            "city": "City",
            "how_often_do_you_shop_online_1_5": "How often do you shop online (1-5)",
            "trust_in_brands_1_5": "Trust in brands (1-5)",
        }
    },
)

WEATHER = {
    "weather.csv": """\
station,day,temperature,rain_mm
Oslo,2024-01-01,-3.5,0.0
Oslo,2024-01-02,-1.0,2.5
Bergen,2024-01-01,4.0,11.0
"""
}
"""Nothing about customers."""


WORLDS = {
    "gift shop": GIFTS,
    "1C sales register": ONE_C,
    "Shopify": SHOPIFY,
    "WooCommerce": WOO,
    "till": TILL,
    "CRM deals": DEALS,
    "no heading": CDNOW,
    "web analytics": GA4,
    "salon": SALON,
    "invoices": B2B,
    "mailing tool": MAILING,
    "survey": SURVEY,
}
"""Every world by name."""
