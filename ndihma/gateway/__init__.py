"""The public edge: the chat API over HTTP, its event stream, the pages; what it refuses and how much it takes."""
