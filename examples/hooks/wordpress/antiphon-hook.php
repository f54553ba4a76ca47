<?php
/**
 * Plugin Name: Antiphon migration hook
 * Description: Tells Antiphon who is signed in here. See README.md beside this file.
 */
declare(strict_types=1);

require __DIR__ . '/AntiphonCall.php';

add_action('rest_api_init', static function (): void {
    // Antiphon signs what it sends; visitors get a ticket for themselves alone.
    $open = ['permission_callback' => '__return_true'];
    register_rest_route('antiphon/v1', '/session', $open + ['methods' => 'POST', 'callback' => 'antiphon_session']);
});

/** Outside of the REST API, which knows nobody without a nonce: /wp-admin/admin-ajax.php?action=antiphon_ticket */
add_action('wp_ajax_antiphon_ticket', 'antiphon_ticket');
add_action('wp_ajax_nopriv_antiphon_ticket', 'antiphon_ticket');

function antiphon_session(WP_REST_Request $request): WP_REST_Response
{
    try {
        $keys = get_transient('antiphon_keys');
        // Kept once: each call would keep them for another minute, and a new key would never be seen.
        if (!$keys) set_transient('antiphon_keys', $keys = AntiphonCall::fetchKeySet(ANTIPHON_JWKS_URL), MINUTE_IN_SECONDS);
        $signature = (string) $request->get_header('X-Webhook-Signature');
        $keyId = (string) $request->get_header('X-Webhook-Signature-Key-Id');
        $token = AntiphonCall::token($request->get_body(), $signature, $keyId, ANTIPHON_APP_ID, $keys);
        $user = antiphon_user_of($token);
        return $user
            ? new WP_REST_Response(['user' => antiphon_record_of($user)])
            : new WP_REST_Response(['error' => 'no session'], 401);
    } catch (Throwable $fault) {
        // Not as a whole: its trace may hold the beginning of a token.
        error_log('antiphon hook: ' . $fault::class . ": {$fault->getMessage()} in {$fault->getFile()}:{$fault->getLine()}");
        return new WP_REST_Response(['error' => 'could not tell'], 500);
    }
}

/** The user of a cookie `wordpress_logged_in_…=…` or of a ticket, as WordPress judges them: it takes neither for the other. */
function antiphon_user_of(string $token): ?WP_User
{
    global $wpdb;
    $isCookie = preg_match('/wordpress_logged_in_\w+=([^;]+)/', $token, $cookie);
    [$value, $scheme] = $isCookie ? [urldecode($cookie[1]), 'logged_in'] : [$token, 'antiphon'];
    $id = wp_validate_auth_cookie($value, $scheme);
    // WordPress takes a database that is away for a user who is not there.
    if (!$id && $wpdb->last_error !== '') throw new RuntimeException($wpdb->last_error);
    // It lets a POST come an hour too late.
    $isLate = $id && wp_parse_auth_cookie($value, $scheme)['expiration'] < time();
    return $id && !$isLate ? get_userdata($id) ?: null : null;
}

/** For pages, which cannot read an HttpOnly cookie: a ticket of the session that is there, good for two minutes. */
function antiphon_ticket(): void
{
    nocache_headers();
    $id = get_current_user_id();
    wp_send_json(['token' => $id ? wp_generate_auth_cookie($id, time() + 120, 'antiphon', wp_get_session_token()) : null]);
}

/** What Antiphon is told. WordPress proves no address. */
function antiphon_record_of(WP_User $user): array
{
    return [
        'external_id' => (string) $user->ID,
        'identifiers' => [['type' => 'email_address', 'value' => $user->user_email, 'verified' => false]],
        'profile' => ['username' => $user->user_login, 'name' => $user->display_name],
        'password_hash' => $user->user_pass,
    ];
}
