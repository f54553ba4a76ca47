<?php
// As driver.mjs.
error_reporting(E_ALL & ~E_WARNING);
require __DIR__ . '/../../docs/kit/php/AntiphonWebhook.php';

$webhook = new AntiphonWebhook($argv[1], $argv[2], $argv[3] . '/keys.json');
while (($line = fgets(STDIN)) !== false) {
    [$now, $signature, $keyId, $body] = explode("\t", rtrim($line, "\n"));
    try {
        echo json_encode($webhook->events(base64_decode($body), $signature ?: null, $keyId ?: null, intdiv((int) $now, 1000))), "\n";
    } catch (Throwable $error) {
        echo 'refused ', $error->getMessage(), "\n";
    }
}
