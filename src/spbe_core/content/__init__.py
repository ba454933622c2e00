"""What the bytes of a document are, and whether they are taken as evidence: looked at, never unpacked or run."""
