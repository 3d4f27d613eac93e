"""The web process: Tornado, on 127.0.0.1:$PORT, with Django's models."""

import os
import sys

import django
import tornado.ioloop
import tornado.web

django.setup()

from books.models import Book  # noqa: E402: models are there once Django is set up


class Index(tornado.web.RequestHandler):
    """How many books there are, and whose Python says so."""

    async def get(self):
        count = await tornado.ioloop.IOLoop.current().run_in_executor(None, Book.objects.count)
        self.write(f"{count} {sys.executable}\n")


tornado.web.Application([("/", Index)]).listen(int(os.environ["PORT"]), "127.0.0.1")
tornado.ioloop.IOLoop.current().start()
