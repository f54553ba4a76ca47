<?php
// A legacy application on Laravel, with the hook in it, for PHP's own server.
declare(strict_types=1);

use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Facade;

set_include_path(get_include_path() . PATH_SEPARATOR . '/usr/share/php');
require '/usr/share/php/Illuminate/autoload.php';
$hooks = __DIR__ . '/../../../examples/hooks';
require "$hooks/php/AntiphonCall.php";
require "$hooks/laravel/AntiphonController.php";

$folder = getenv('LEGACY_FOLDER');
$file = "$folder/legacy.db";
$app = new Illuminate\Foundation\Application($folder);
$app->instance('request', Request::capture());
$app->instance('config', new Illuminate\Config\Repository([
    'app' => ['key' => 'base64:' . base64_encode(str_repeat('k', 32)), 'cipher' => 'AES-256-CBC'],
    'auth' => [
        'defaults' => ['guard' => 'web'],
        'guards' => ['web' => ['driver' => 'session', 'provider' => 'users']],
        'providers' => ['users' => ['driver' => 'eloquent', 'model' => User::class]],
    ],
    'cache' => ['default' => 'file', 'stores' => ['file' => ['driver' => 'file', 'path' => "$folder/cache"]]],
    'database' => ['default' => 'legacy', 'connections' => ['legacy' => ['driver' => 'sqlite', 'database' => $file, 'prefix' => '']]],
    'hashing' => ['driver' => 'bcrypt', 'bcrypt' => ['rounds' => 4]],
    'session' => [
        'driver' => 'file', 'files' => $folder, 'lifetime' => 120, 'lottery' => [0, 100], 'cookie' => 'laravel_session', 'path' => '/',
        'domain' => null, 'secure' => false, 'http_only' => true, 'same_site' => 'lax', 'expire_on_close' => false, 'encrypt' => false,
    ],
    'view' => ['paths' => [], 'compiled' => $folder],
    'services' => ['antiphon' => ['app_id' => getenv('ANTIPHON_APP_ID'), 'jwks_url' => getenv('ANTIPHON_JWKS_URL')]],
]));
Facade::setFacadeApplication($app);
$app->singleton(Illuminate\Contracts\Debug\ExceptionHandler::class, Complaints::class);
$app->bind(Illuminate\Contracts\Routing\ResponseFactory::class, Illuminate\Routing\ResponseFactory::class);
foreach ([
    Illuminate\Filesystem\FilesystemServiceProvider::class, Illuminate\Encryption\EncryptionServiceProvider::class,
    Illuminate\Cookie\CookieServiceProvider::class, Illuminate\Session\SessionServiceProvider::class,
    Illuminate\Database\DatabaseServiceProvider::class, Illuminate\Hashing\HashServiceProvider::class,
    Illuminate\Auth\AuthServiceProvider::class, Illuminate\Cache\CacheServiceProvider::class, Illuminate\View\ViewServiceProvider::class,
] as $provider) $app->register($provider);
$app->boot();

class User extends Illuminate\Foundation\Auth\User
{
}

class Complaints extends Illuminate\Foundation\Exceptions\Handler
{
    public function report(Throwable $fault)
    {
        error_log((string) $fault);
    }
}

function login()
{
    global $file, $folder;
    touch($file);
    DB::statement('CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name, email, email_verified_at, password, remember_token, created_at, updated_at)');
    DB::statement("INSERT OR IGNORE INTO users VALUES (17, 'Mia', 'mia@lumen.example', '2024-01-01 00:00:00', 'a hash', NULL, NULL, NULL)");
    Auth::loginUsingId(17, isset($_GET['remembered']));
    session()->put('password_hash_web', Auth::user()->getAuthPassword());
    return response('');
}

$router = $app['router'];
$web = [
    Illuminate\Cookie\Middleware\EncryptCookies::class, Illuminate\Cookie\Middleware\AddQueuedCookiesToResponse::class,
    Illuminate\Session\Middleware\StartSession::class,
];
$router->post('/antiphon/session', [App\Http\Controllers\AntiphonController::class, 'session']);
$router->get('/antiphon/ticket', [App\Http\Controllers\AntiphonController::class, 'ticket'])->middleware($web);
$router->post('/login', fn () => login())->middleware($web);
$router->post('/password', fn () => DB::update('UPDATE users SET password = ?', [$_GET['to']]));
$router->post('/encrypted', fn () => Illuminate\Support\Facades\Crypt::encryptString($_GET['text']));
$router->post('/break', fn () => isset($_GET['yes']) ? rename($file, "$file.away") : rename("$file.away", $file));
$response = $router->dispatch($app['request']);
$response->send();
// A session that nobody has used for long.
if (isset($_GET['ms'])) touch("$folder/" . session()->getId(), time() - 3 * 3600);
