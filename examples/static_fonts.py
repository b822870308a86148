"""Fonts for every site, and nothing else: a path rule over the static files.

Browsers fetch a font from another origin with CORS, stylesheets and images without.
Everybody gets the same answer here, so it does not vary by origin and caches well.

    flask --app examples/static_fonts run
    curl -i -H "Origin: https://anywhere.example" http://127.0.0.1:5000/static/fonts/dots.woff2
    curl -i -H "Origin: https://anywhere.example" http://127.0.0.1:5000/static/site.css
"""

from flask import Flask

from flask_strictcors import Policy, StrictCORS

app = Flask(__name__, static_folder="static")
StrictCORS(app, rules={"/static/fonts/*": Policy(origins="*")})
