"""What went wrong in other CORS libraries, one class of test for each fault."""
