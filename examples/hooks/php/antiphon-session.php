<?php
declare(strict_types=1);

/** Antiphon's migration hook for plain PHP sessions. See README.md beside this file. */
require __DIR__ . '/AntiphonCall.php';
require __DIR__ . '/antiphon-config.php';

header('Content-Type: application/json');
try {
    $token = AntiphonCall::token(
        (string) file_get_contents('php://input', length: 128 * 1024 + 1),
        $_SERVER['HTTP_X_WEBHOOK_SIGNATURE'] ?? '',
        $_SERVER['HTTP_X_WEBHOOK_SIGNATURE_KEY_ID'] ?? '',
        ANTIPHON_APP_ID,
        AntiphonCall::fetchKeySet(ANTIPHON_JWKS_URL),
    );
    $user = antiphon_user_of(antiphon_session_of($token));
    http_response_code($user ? 200 : 401);
    echo json_encode($user ? ['user' => $user] : ['error' => 'no session'], JSON_THROW_ON_ERROR);
} catch (Throwable $fault) {
    // Not as a whole: its trace may hold the beginning of a token.
    error_log('antiphon hook: ' . $fault::class . ": {$fault->getMessage()} in {$fault->getFile()}:{$fault->getLine()}");
    http_response_code(500);
    echo '{"error":"could not tell"}';
}

/** What is in the session of a cookie `PHPSESSID=<id>`, or of a ticket; nothing when there is none. The session is only read. */
function antiphon_session_of(string $token): array
{
    $id = antiphon_session_id_of($token);
    // An id that PHP never made could name another file.
    if ($id === null || !preg_match('/^[A-Za-z0-9,-]{22,256}$/D', $id)) return [];
    session_id($id);
    // Strict: an id that is not there begins another session, as it does in the browser. No cookie is sent.
    $options = ['use_strict_mode' => true, 'use_cookies' => false, 'cache_limiter' => '', 'read_and_close' => true];
    if (!session_start($options)) throw new RuntimeException('the sessions cannot be read');
    return session_id() === $id ? $_SESSION : [];
}

function antiphon_session_id_of(string $token): ?string
{
    if (preg_match('/(?:^|;\s*)' . preg_quote(session_name(), '/') . '=([^;]*)/', $token, $cookie)) return rawurldecode($cookie[1]);
    [$expires, $id] = array_pad(explode(' ', (string) antiphon_open($token), 2), 2, null);
    return (int) $expires > time() ? $id : null;
}
