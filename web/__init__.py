"""What is reached by HTTP: webhooks, web chat, pages. It is handed its tools and knows no store or channel."""
