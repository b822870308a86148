"""Real Chromium and real Firefox judge what flask-strictcors sends."""
