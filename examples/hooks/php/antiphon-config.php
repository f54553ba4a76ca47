<?php
declare(strict_types=1);

/** What is yours in Antiphon's migration hook: change all of it. */
define('ANTIPHON_APP_ID', getenv('ANTIPHON_APP_ID'));
define('ANTIPHON_JWKS_URL', getenv('ANTIPHON_JWKS_URL'));

/** A ticket that nobody can read or make but who has `ANTIPHON_TICKET_SECRET`: 32 random bytes or more, of this use alone. */
function antiphon_seal(string $text): string
{
    $nonce = random_bytes(12);
    $sealed = openssl_encrypt($text, 'aes-256-gcm', antiphon_ticket_key(), OPENSSL_RAW_DATA, $nonce, $tag);
    return 'ticket.' . bin2hex($nonce . $tag . $sealed);
}

/** What was sealed; null for anything that was not. */
function antiphon_open(string $ticket): ?string
{
    if (!preg_match('/^ticket\.((?:[0-9a-f]{2}){28,})$/D', $ticket, $hex)) return null;
    $bytes = hex2bin($hex[1]);
    [$nonce, $tag, $sealed] = [substr($bytes, 0, 12), substr($bytes, 12, 16), substr($bytes, 28)];
    $text = openssl_decrypt($sealed, 'aes-256-gcm', antiphon_ticket_key(), OPENSSL_RAW_DATA, $nonce, $tag);
    return $text === false ? null : $text;
}

function antiphon_ticket_key(): string
{
    $secret = (string) getenv('ANTIPHON_TICKET_SECRET');
    if (strlen($secret) < 32) throw new RuntimeException('ANTIPHON_TICKET_SECRET is too short');
    return hash_hmac('sha256', 'antiphon ticket', $secret, true);
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
