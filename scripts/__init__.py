"""What builds the files that ship."""
