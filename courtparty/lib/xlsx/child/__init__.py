"""What runs in the limited child process. Imports nothing of the project outside this package.

It is started with its parent directory at the end of the path, so imports here are relative.
"""
