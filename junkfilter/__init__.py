"""junkfilter takes the spam that attackers injected out of Chinese pages and keeps the article."""
