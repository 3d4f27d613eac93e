<?php

namespace Till;

/** The receipts, in an SQLite database. */
final class Book
{
    private \SQLite3 $database;

    public function __construct(string $path)
    {
        $this->database = new \SQLite3($path, SQLITE3_OPEN_READWRITE);
        $this->database->busyTimeout(5000);
    }

    public function change(string $sql): int
    {
        $this->database->exec($sql);

        return $this->database->changes();
    }
}
