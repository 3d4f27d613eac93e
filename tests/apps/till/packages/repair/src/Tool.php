<?php

namespace Repair;

final class Tool
{
    public function __construct(private \Till\Book $book)
    {
    }

    /** How many receipts had the wrong sign. */
    public function run(): int
    {
        return $this->book->change('UPDATE receipts SET cents = -cents WHERE cents < 0');
    }
}
