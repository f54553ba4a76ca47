<?php
declare(strict_types=1);

/** What is yours in Antiphon's migration hook: change all of it. */
define('ANTIPHON_APP_ID', getenv('ANTIPHON_APP_ID'));
define('ANTIPHON_JWKS_URL', getenv('ANTIPHON_JWKS_URL'));

/** Signs tickets. `ANTIPHON_TICKET_SECRET`: 32 random bytes or more, of this use alone. */
function antiphon_mac(string $text): string
{
    $secret = (string) getenv('ANTIPHON_TICKET_SECRET');
    if (strlen($secret) < 32) throw new RuntimeException('ANTIPHON_TICKET_SECRET is too short');
    return hash_hmac('sha256', "antiphon ticket $text", $secret);
}

/** The record of whoever is signed in by this session, or null for a visitor. Throw when your database cannot tell. */
function antiphon_user_of(array $session): ?array
{
    if (!isset($session['user_id'])) return null;
    $database = new PDO(getenv('DATABASE_DSN'), options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    $query = $database->prepare('SELECT id, email, password_hash FROM users WHERE id = ?');
    $query->execute([$session['user_id']]);
    $row = $query->fetch(PDO::FETCH_ASSOC);
    return $row ? [
        'external_id' => (string) $row['id'],
        // `true` only if you have proven the address.
        'identifiers' => [['type' => 'email_address', 'value' => $row['email'], 'verified' => false]],
        'password_hash' => $row['password_hash'],
    ] : null;
}
