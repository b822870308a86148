"""Origins from a table: each tenant names its own, within a bound that is set in code.

The function is asked only about origins that the allowlist covers, and can only say no
to them: a row that names a stranger's site opens nothing.

    flask --app examples/tenants run
    curl -i -H "Origin: https://north.shops.example.com" http://127.0.0.1:5000/north/stock
    curl -i -H "Origin: https://south.shops.example.com" http://127.0.0.1:5000/north/stock
    curl -i -H "Origin: https://elsewhere.example.net" http://127.0.0.1:5000/south/stock
"""

from flask import Flask, request

from flask_strictcors import StrictCORS

TENANTS = {
    "north": {"https://north.shops.example.com", "https://till.north.shops.example.com"},
    "south": {"https://south.shops.example.com", "https://elsewhere.example.net"},
}


def is_origin_of_tenant(origin: str) -> bool:
    name = (request.view_args or {}).get("tenant")
    return origin in TENANTS.get(name, set())


app = Flask(__name__)
StrictCORS(
    app,
    origins=is_origin_of_tenant,
    allowlist=["https://*.shops.example.com"],
    credentials=True,
)


@app.get("/<tenant>/stock")
def stock(tenant):
    return {"tenant": tenant, "tea": 40}
