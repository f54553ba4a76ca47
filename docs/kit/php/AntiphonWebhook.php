<?php
/** Antiphon's webhooks: bytes in, events out. PHP 8.0 or later with openssl, no package. Throws when anything is wrong: answer 400 then. */
final class AntiphonWebhook
{
    /** `$jwksUrl`: `https://<your Antiphon>/.well-known/jwks.json`. `$cache`: a file for the keys that nobody but you may write. */
    public function __construct(private string $appId, private string $jwksUrl, private string $cache) {}

    /** `$body`: `file_get_contents('php://input')`; the others `$_SERVER['HTTP_X_WEBHOOK_SIGNATURE']` and `…_SIGNATURE_KEY_ID`. */
    public function events(string $body, ?string $signature, ?string $keyId, ?int $now = null): array
    {
        $bytes = preg_match('/^rsassa-pss-sha256=([\w-]+)$/D', (string) $signature, $form) ? $this->decode($form[1]) : '';
        if (!$this->isSigned($this->key((string) $keyId, $now ??= time()), $body, $bytes)) throw new RuntimeException('not signed by Antiphon');
        $batch = json_decode($body, flags: JSON_THROW_ON_ERROR);
        if ($batch->app_id !== $this->appId) throw new RuntimeException('for another application');
        if (abs($now - strtotime($batch->sent_at ?? '')) > 300) throw new RuntimeException('sent more than 5 minutes ago');
        return $batch->events;
    }

    /** Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time. */
    private function key(string $id, int $now): string
    {
        $known = is_file($this->cache) ? json_decode(file_get_contents($this->cache), true) : ['at' => 0];
        if ($now - $known['at'] > (isset($known[$id]) ? 600 : 10)) {
            $http = stream_context_create(['http' => ['timeout' => 2, 'follow_location' => 0]]);
            $keys = json_decode((string) file_get_contents($this->jwksUrl, false, $http), true)['keys'] ?? [];
            $keys = array_filter($keys, fn($key) => ($key['alg'] ?? '') === 'PS256');
            file_put_contents($this->cache, json_encode($known = array_column($keys, 'n', 'kid') + ['at' => $now]), LOCK_EX);
        }
        return $id !== 'at' && isset($known[$id]) ? $known[$id] : throw new RuntimeException("no key $id at $this->jwksUrl");
    }

    /** RSASSA-PSS with SHA-256 and a salt of 32 bytes, RFC 8017 section 8.1.2: PHP's openssl has no name for it, but the arithmetic. */
    private function isSigned(string $n, string $message, string $signature): bool
    {
        $der = fn(string $tag, string $bytes) => $tag . "\x82" . pack('n', strlen($bytes)) . $bytes;
        $rsa = $der("\x30", $der("\x02", "\0" . $this->decode($n)) . "\x02\x03\x01\x00\x01");
        $key = chunk_split(base64_encode($der("\x30", hex2bin('300d06092a864886f70d0101010500') . $der("\x03", "\0$rsa"))), 64);
        $pem = "-----BEGIN PUBLIC KEY-----\n$key-----END PUBLIC KEY-----\n";
        if (!openssl_public_decrypt($signature, $encoded, $pem, OPENSSL_NO_PADDING)) return false;
        [$masked, $digest, $mask] = [substr($encoded, 0, -33), substr($encoded, -33, 32), ''];
        for ($i = 0; $i < strlen($masked) / 32; $i++) $mask .= hash('sha256', $digest . pack('N', $i), true);
        $block = ($masked ^ $mask) & str_pad("\x7f", strlen($masked), "\xff");
        $due = hash('sha256', str_repeat("\0", 8) . hash('sha256', $message, true) . substr($block, -32), true);
        $salted = str_pad("\x01" . substr($block, -32), strlen($block), "\0", STR_PAD_LEFT);
        return [$block, $digest, $encoded[-1], $encoded[0] & "\x80"] === [$salted, $due, "\xbc", "\0"];
    }

    private function decode(string $text): string { return (string) base64_decode(strtr($text, '-_', '+/')); }
}
