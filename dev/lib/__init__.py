"""What the commands of `dev/` share: the machine's set-up and the processes that they start.

Only the standard library is imported here: these modules run before any package has been installed.
"""
