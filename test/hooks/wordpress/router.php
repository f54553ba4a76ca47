<?php
// A legacy application on WordPress, with the hook in it, for PHP's own server; on stand-ins for what the hook asks of WordPress.
declare(strict_types=1);

const MINUTE_IN_SECONDS = 60;
define('ANTIPHON_APP_ID', getenv('ANTIPHON_APP_ID'));
define('ANTIPHON_JWKS_URL', getenv('ANTIPHON_JWKS_URL'));
$folder = getenv('LEGACY_FOLDER');
$wpdb = (object) ['last_error' => ''];
$called = [];

final class WP_User
{
    public int $ID = 17;
    public string $user_login = 'mia';
    public string $user_email = 'mia@lumen.example';
    public string $display_name = 'Mia';

    public function __construct(public string $user_pass)
    {
    }
}

final class WP_REST_Request
{
    public function get_header(string $name): ?string
    {
        return $_SERVER['HTTP_' . strtr(strtoupper($name), '-', '_')] ?? null;
    }

    public function get_body(): string
    {
        return (string) file_get_contents('php://input');
    }
}

final class WP_REST_Response
{
    public function __construct(public array $data, public int $status = 200)
    {
    }
}

function add_action(string $name, callable $action): void
{
    $GLOBALS['called'][$name] = $action;
}

function register_rest_route(string $space, string $route, array $options): void
{
    $GLOBALS['called']["$space$route"] = $options['callback'];
}

function get_transient(string $name): mixed
{
    $kept = @file_get_contents("{$GLOBALS['folder']}/$name");
    return $kept === false ? false : json_decode($kept, true);
}

function set_transient(string $name, mixed $value, int $seconds): void
{
    if (get_transient($name)) throw new RuntimeException('it would be kept for longer');
    file_put_contents("{$GLOBALS['folder']}/$name", json_encode($value));
}

function get_userdata(int $id): WP_User|false
{
    return $id === 17 ? new WP_User((string) @file_get_contents("{$GLOBALS['folder']}/password")) : false;
}

function cookie_of(string $scheme, int $expiration, string $token): string
{
    $text = "mia|$expiration|$token";
    return "$text|" . hash_hmac('sha256', $text, "the salt of $scheme, and " . get_userdata(17)->user_pass);
}

function wp_generate_auth_cookie(int $id, int $expiration, string $scheme, string $token): string
{
    return cookie_of($scheme, $expiration, $token);
}

function wp_parse_auth_cookie(string $cookie, string $scheme): array|false
{
    $parts = explode('|', $cookie);
    return count($parts) === 4 ? array_combine(['username', 'expiration', 'token', 'hmac'], $parts) : false;
}

function wp_validate_auth_cookie(string $cookie, string $scheme): int|false
{
    global $folder, $wpdb;
    $parsed = wp_parse_auth_cookie($cookie, $scheme);
    if (!$parsed) return false;
    $late = $_SERVER['REQUEST_METHOD'] === 'POST' ? 3600 : 0;
    if ((int) $parsed['expiration'] + $late < time()) return false;
    if (file_exists("$folder/away")) $wpdb->last_error = 'no database';
    if ($wpdb->last_error !== '') return false;
    return hash_equals(cookie_of($scheme, (int) $parsed['expiration'], $parsed['token']), $cookie) ? 17 : false;
}

function get_current_user_id(): int
{
    return wp_validate_auth_cookie($_COOKIE['wordpress_logged_in_ab12'] ?? '', 'logged_in') ?: 0;
}

function wp_get_session_token(): string
{
    return wp_parse_auth_cookie($_COOKIE['wordpress_logged_in_ab12'], 'logged_in')['token'];
}

function nocache_headers(): void
{
    header('Cache-Control: no-cache, must-revalidate, max-age=0, no-store, private');
}

function wp_send_json(array $answer): void
{
    header('Content-Type: application/json');
    echo json_encode($answer);
}

require "$folder/antiphon-hook.php";
$called['rest_api_init']();

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/antiphon/session':
        $answer = $called['antiphon/v1/session'](new WP_REST_Request());
        http_response_code($answer->status);
        wp_send_json($answer->data);
        break;
    case '/antiphon/ticket':
        $called[get_current_user_id() ? 'wp_ajax_antiphon_ticket' : 'wp_ajax_nopriv_antiphon_ticket']();
        break;
    case '/login':
        setcookie('wordpress_logged_in_ab12', cookie_of('logged_in', time() + (int) (($_GET['ms'] ?? 3_600_000) / 1000), 'a-session'));
        break;
    case '/password':
        file_put_contents("$folder/password", $_GET['to']);
        break;
    case '/break':
        isset($_GET['yes']) ? touch("$folder/away") : unlink("$folder/away");
        break;
    default:
        http_response_code(404);
}
