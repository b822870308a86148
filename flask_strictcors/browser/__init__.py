"""What a browser does with the answers: the client side of the Fetch Standard, without a network."""
