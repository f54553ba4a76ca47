<?php

namespace App\Http\Controllers;

use AntiphonCall;
use Illuminate\Auth\Recaller;
use Illuminate\Contracts\Encryption\DecryptException;
use Illuminate\Cookie\Middleware\EncryptCookies;
use Illuminate\Encryption\Encrypter;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Cache;
use Illuminate\Support\Facades\Crypt;
use Throwable;

/** Antiphon's migration hook for Laravel, with any session driver. See README.md beside this file. */
class AntiphonController
{
    private const GUARD = 'web';
    private const TICKET_SECONDS = 120;

    /** POST: whose session is this? Give it a route without the middleware of `web`. */
    public function session(Request $request): JsonResponse
    {
        try {
            $url = config('services.antiphon.jwks_url');
            $token = AntiphonCall::token(
                $request->getContent(),
                (string) $request->header('X-Webhook-Signature'),
                (string) $request->header('X-Webhook-Signature-Key-Id'),
                config('services.antiphon.app_id'),
                Cache::remember('antiphon.keys', 60, fn () => AntiphonCall::fetchKeySet($url)),
            );
            $user = $this->userOfTicket($token) ?? $this->userOfCookies($token);
            if (! $user) return response()->json(['error' => 'no session'], 401);
            return response()->json(['user' => $this->recordOf($user)]);
        } catch (Throwable $fault) {
            report($fault);
            return response()->json(['error' => 'could not tell'], 500);
        }
    }

    /** GET, with the middleware of `web`, for pages, which cannot read an HttpOnly cookie: a ticket that is good for two minutes. */
    public function ticket(): JsonResponse
    {
        $ticket = ['antiphon' => Auth::guard(self::GUARD)->id(), 'expires' => time() + self::TICKET_SECONDS];
        $token = Auth::guard(self::GUARD)->check() ? $this->tickets()->encryptString(json_encode($ticket)) : null;
        return response()->json(['token' => $token])->header('Cache-Control', 'no-store');
    }

    /** What Antiphon is told. */
    private function recordOf($user): array
    {
        $email = ['type' => 'email_address', 'value' => $user->email, 'verified' => $user->email_verified_at !== null];
        return [
            'external_id' => (string) $user->getAuthIdentifier(),
            'identifiers' => [$email],
            'profile' => ['name' => $user->name],
            'password_hash' => $user->getAuthPassword(),
        ];
    }

    private function userOfTicket(string $token)
    {
        try {
            $ticket = json_decode($this->tickets()->decryptString($token), true);
        } catch (DecryptException) {
            return null;
        }
        $isGood = isset($ticket['antiphon'], $ticket['expires']) && $ticket['expires'] > time();
        return $isGood ? Auth::guard(self::GUARD)->getProvider()->retrieveById($ticket['antiphon']) : null;
    }

    /** With a key of this use alone: nothing else that the application encrypts for somebody is a ticket. */
    private function tickets(): Encrypter
    {
        return new Encrypter(hash_hmac('sha256', 'antiphon ticket', Crypt::getKey(), true), 'AES-256-CBC');
    }

    /** The user of a session as Laravel's guard finds them, then of the cookie of "remember me". Nothing is written. */
    private function userOfCookies(string $token)
    {
        $guard = Auth::guard(self::GUARD);
        $cookies = $this->decrypted($token);
        $session = app('session')->driver();
        $session->setId($cookies[$session->getName()] ?? null);
        $session->start();
        $id = $session->get($guard->getName());
        $user = $id === null ? null : $guard->getProvider()->retrieveById($id);
        if ($user && $this->isCurrent($session->get('password_hash_' . self::GUARD), $user)) return $user;
        $recaller = new Recaller($cookies[$guard->getRecallerName()] ?? '');
        $user = $recaller->valid() ? $guard->getProvider()->retrieveByToken($recaller->id(), $recaller->token()) : null;
        return $user && $this->isCurrent($recaller->hash(), $user) ? $user : null;
    }

    /** What the middleware AuthenticateSession asks, where it is used: whether the password is the one that the session began with. */
    private function isCurrent(?string $known, $user): bool
    {
        $password = (string) $user->getAuthPassword();
        $guard = Auth::guard(self::GUARD);
        $keyed = method_exists($guard, 'hashPasswordForCookie') ? $guard->hashPasswordForCookie($password) : $password;
        return $known === null || hash_equals($password, $known) || hash_equals($keyed, $known);
    }

    /** The cookies in `name=value; other=value`, opened as Laravel's own middleware does: name your subclass if you have cookies in clear. */
    private function decrypted(string $token): array
    {
        preg_match_all('/([^=;\s]+)=([^;]*)/', $token, $pairs);
        $request = Request::create('/', 'GET', [], array_combine($pairs[1], array_map('urldecode', $pairs[2])));
        app(EncryptCookies::class)->handle($request, fn () => new Response());
        return $request->cookies->all();
    }
}
