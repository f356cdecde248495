"""Make Arazzo documents of what other tools have recorded: Postman collections and HAR files."""
