"""The browser model, step by step; real browsers judge it in tests/browsers/proof."""
