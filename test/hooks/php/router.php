<?php
// A legacy application on plain PHP sessions, with the hook in it, for PHP's own server.
declare(strict_types=1);

$file = getenv('LEGACY_FOLDER') . '/legacy.db';
putenv("DATABASE_DSN=sqlite:$file");
session_save_path(getenv('LEGACY_FOLDER'));
$hooks = __DIR__ . '/../../../examples/hooks/php';

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/antiphon/session':
        require "$hooks/antiphon-session.php";
        break;
    case '/antiphon/ticket':
        require "$hooks/antiphon-ticket.php";
        break;
    case '/login':
        $database = new PDO("sqlite:$file");
        $database->exec('CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, email TEXT, password_hash TEXT)');
        $database->exec("INSERT OR IGNORE INTO users VALUES (17, 'mia@lumen.example', NULL)");
        session_start();
        $_SESSION['user_id'] = 17;
        if (isset($_GET['ms'])) session_destroy();
        break;
    case '/break':
        isset($_GET['yes']) ? rename($file, "$file.away") : rename("$file.away", $file);
        break;
    default:
        http_response_code(404);
}
