<?php
// Reads JSON cases on stdin: [{"input":..., "base":{...}}]; prints what phpdotenv 5 answers.
require '/usr/share/php/Dotenv/autoload.php';
$cases = json_decode(stream_get_contents(STDIN), true);
$dir = sys_get_temp_dir() . '/phpdotenv-' . getmypid();
mkdir($dir);
$out = [];
foreach ($cases as $case) {
  file_put_contents("$dir/.env", $case['input']);
  $array = Dotenv\Repository\Adapter\ArrayAdapter::create()->get();
  $repository = Dotenv\Repository\RepositoryBuilder::createWithNoAdapters()->addAdapter($array)->make();
  foreach ($case['base'] as $name => $value) $repository->set((string)$name, $value);
  try {
    $vars = Dotenv\Dotenv::create($repository, $dir, '.env')->load();
    $set = [];
    foreach ($vars as $name => $value) if ($value !== null) $set[(string)$name] = $value;
    $out[] = (object)$set;
  } catch (Throwable $e) { $out[] = ['error' => true]; fwrite(STDERR, $case['case'].': '.$e->getMessage()."\n"); }
}
unlink("$dir/.env"); rmdir($dir);
echo json_encode($out, JSON_UNESCAPED_UNICODE|JSON_UNESCAPED_SLASHES);
