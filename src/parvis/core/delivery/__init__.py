"""How what is said reaches people: mail, and the notices they find when they come by."""
