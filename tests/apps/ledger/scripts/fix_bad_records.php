<?php
// A one-off repair, run as: php scripts/fix_bad_records.php
// Status 0: repaired; 3: there is no ledger to repair.
try {
    $ledger = new SQLite3(getenv('LEDGER_DATABASE'), SQLITE3_OPEN_READWRITE);
} catch (Exception $failure) {
    fwrite(STDERR, "fix_bad_records: no ledger: {$failure->getMessage()}\n");
    exit(3);
}
$ledger->busyTimeout(5000);
$ledger->exec('UPDATE entries SET cents = -cents WHERE cents < 0');
echo $ledger->changes(), " bad records\n";
