"""A loop of asyncio in a thread, for clients that need one."""

import asyncio
import threading


class LoopThread:
    """Runs coroutines of a library that knows no threads for tests that know no coroutines."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, awaitable, patience=30):
        async def waiting():
            return await awaitable

        return asyncio.run_coroutine_threadsafe(waiting(), self.loop).result(patience)

    def call(self, function, *arguments):
        """Calls it in the loop; what it returned."""
        async def calling():
            return function(*arguments)

        return self.run(calling())

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()
