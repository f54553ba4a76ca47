<?php
declare(strict_types=1);

/** For pages, which cannot read an HttpOnly cookie: a ticket for the session of this very request, good for two minutes. */
require __DIR__ . '/antiphon-config.php';

session_start(['read_and_close' => true]);
header('Content-Type: application/json');
header('Cache-Control: no-store');
$text = (time() + 120) . ' ' . session_id();
echo json_encode(['token' => antiphon_user_of($_SESSION) ? antiphon_seal($text) : null]);
