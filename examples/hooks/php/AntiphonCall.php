<?php
declare(strict_types=1);

/**
 * Reads a call of Antiphon's migration hook: checks that Antiphon made it, for your application, and answers the legacy token in it.
 * Needs the extension openssl and PHP 8.0 or later, no package. Whatever is wrong is thrown: answer 500 then. Antiphon reads a 4xx as
 * "this session is no good", and would show your login to everybody if a wrong address of the keys stood here.
 */
final class AntiphonCall
{
    private const MAX_BODY_BYTES = 128 * 1024;

    /**
     * The legacy token in a body, as its bytes came. `$appId`: your application in Antiphon; `$keySet`: what
     * `https://<your Antiphon>/.well-known/jwks.json` answers, see `fetchKeySet`.
     */
    public static function token(string $body, string $signature, string $keyId, string $appId, array $keySet): string
    {
        if (strlen($body) > self::MAX_BODY_BYTES) throw new RuntimeException('the body is too long');
        foreach ($keySet['keys'] as $jwk) {
            if ($jwk['kid'] === $keyId && ($jwk['alg'] ?? '') === 'PS256') $key = $jwk;
        }
        if (!isset($key)) throw new RuntimeException('no key has this id');
        if (!self::isSigned($key, $body, self::decode($signature))) throw new RuntimeException('the signature is not of this body');
        $call = json_decode($body, true, 32, JSON_THROW_ON_ERROR);
        if ($call['app_id'] !== $appId) throw new RuntimeException('the call is for another application');
        return $call['token'];
    }

    /** Two seconds at most; PHP forgets it with the request, so keep it for a minute where your framework has a cache. */
    public static function fetchKeySet(string $url): array
    {
        $answer = file_get_contents($url, false, stream_context_create(['http' => ['timeout' => 2, 'follow_location' => 0]]));
        if ($answer === false) throw new RuntimeException("$url does not answer");
        return json_decode($answer, true, 32, JSON_THROW_ON_ERROR);
    }

    /** RSASSA-PSS with SHA-256 and a salt of 32 bytes, RFC 8017 section 8.1.2; OpenSSL does the arithmetic. */
    private static function isSigned(array $jwk, string $message, string $signature): bool
    {
        $modulus = ltrim(self::decode($jwk['n']), "\0");
        $length = strlen($modulus);
        $key = openssl_pkey_get_public(self::pem($modulus, self::decode($jwk['e'])));
        if ($key === false || strlen($signature) !== $length) return false;
        if (!openssl_public_decrypt($signature, $encoded, $key, OPENSSL_NO_PADDING) || strlen($encoded) !== $length) return false;
        // The numbers that Antiphon publishes have a whole number of bytes, so the encoded message has a single bit less.
        if (ord($modulus[0]) < 0x80 || $encoded[-1] !== "\xbc" || ord($encoded[0]) > 0x7f) return false;
        $digest = substr($encoded, -33, 32);
        $masked = substr($encoded, 0, -33);
        $mask = '';
        for ($i = 0; strlen($mask) < strlen($masked); $i++) $mask .= hash('sha256', $digest . pack('N', $i), true);
        $block = $masked ^ substr($mask, 0, strlen($masked));
        $block[0] = chr(ord($block[0]) & 0x7f);
        if (substr($block, 0, -32) !== str_repeat("\0", strlen($block) - 33) . "\x01") return false;
        $due = hash('sha256', str_repeat("\0", 8) . hash('sha256', $message, true) . substr($block, -32), true);
        return hash_equals($due, $digest);
    }

    /** SubjectPublicKeyInfo of an RSA key, RFC 8017 appendix A.1.1. */
    private static function pem(string $modulus, string $exponent): string
    {
        $number = static fn(string $bytes) => self::der(0x02, "\0" . $bytes);
        $rsa = self::der(0x30, $number($modulus) . $number($exponent));
        $info = self::der(0x30, self::der(0x30, hex2bin('06092a864886f70d0101010500')) . self::der(0x03, "\0" . $rsa));
        return "-----BEGIN PUBLIC KEY-----\n" . chunk_split(base64_encode($info), 64) . "-----END PUBLIC KEY-----\n";
    }

    private static function der(int $tag, string $bytes): string
    {
        $length = strlen($bytes);
        if ($length < 0x80) return chr($tag) . chr($length) . $bytes;
        $digits = ltrim(pack('N', $length), "\0");
        return chr($tag) . chr(0x80 | strlen($digits)) . $digits . $bytes;
    }

    private static function decode(string $text): string
    {
        return (string) base64_decode(strtr($text, '-_', '+/'));
    }
}
