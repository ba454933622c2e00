"""The pages that repeat the code, a module each."""
