"""Where rejections go: logging, Prometheus and OpenTelemetry, driven through real apps."""
