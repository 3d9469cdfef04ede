"""The doors: HTTP, chat page, MCP, command line."""
