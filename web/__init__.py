"""What is reached by HTTP: webhooks, the web chat, pages. It is handed its tools and knows no concrete store or channel."""
