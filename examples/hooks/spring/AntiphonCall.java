package com.example.antiphon;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads calls of Antiphon's migration hook: checks that Antiphon made them, for your application, and answers the legacy token in them.
 * Needs Java 17 and nothing else. Whatever is wrong is thrown: answer 500 then. Antiphon reads a 4xx as "this session is no good", and
 * would show your login to everybody if a wrong address of the keys stood here. Make one per process: it remembers the keys.
 */
public final class AntiphonCall {
    /** Your JSON library: an object as a map. */
    public interface Json {
        Map<?, ?> read(byte[] text) throws Exception;
    }

    static final int MAX_BODY_BYTES = 128 * 1024;
    private static final Duration KEYS_LIVE = Duration.ofMinutes(10);
    /** Unknown key ids do not make us ask for the keys more often than this, whether they were answered or not. */
    private static final Duration KEYS_REST = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String appId;
    private final URI jwksUrl;
    private final Json json;
    private Map<String, PublicKey> keys = Map.of();
    private long askedAt = System.nanoTime() - KEYS_LIVE.toNanos() - 1;

    /** `appId`: your application in Antiphon. `jwksUrl`: `https://<your Antiphon>/.well-known/jwks.json`. */
    public AntiphonCall(String appId, URI jwksUrl, Json json) {
        this.appId = appId;
        this.jwksUrl = jwksUrl;
        this.json = json;
    }

    /** The legacy token in a body, as its bytes came; the others are X-Webhook-Signature and X-Webhook-Signature-Key-Id. */
    public String token(byte[] body, String signature, String keyId) throws Exception {
        if (body.length > MAX_BODY_BYTES) throw new GeneralSecurityException("the body is too long");
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        pss.initVerify(key(keyId));
        pss.update(body);
        if (!pss.verify(Base64.getUrlDecoder().decode(signature))) throw new GeneralSecurityException("the signature is not of this body");
        Map<?, ?> call = json.read(body);
        if (!appId.equals(call.get("app_id"))) throw new GeneralSecurityException("the call is for another application");
        return (String) call.get("token");
    }

    private synchronized PublicKey key(String id) throws Exception {
        Duration rest = keys.containsKey(id) ? KEYS_LIVE : KEYS_REST;
        if (System.nanoTime() - askedAt > rest.toNanos()) fetchKeys();
        PublicKey key = keys.get(id);
        if (key == null) throw new GeneralSecurityException("no key has this id");
        return key;
    }

    private void fetchKeys() throws Exception {
        askedAt = System.nanoTime();
        byte[] answer = http.sendAsync(HttpRequest.newBuilder(jwksUrl).build(), BodyHandlers.ofByteArray()).get(2, SECONDS).body();
        Map<String, PublicKey> fetched = new HashMap<>();
        for (Object entry : (List<?>) json.read(answer).get("keys")) {
            Map<?, ?> jwk = (Map<?, ?>) entry;
            if (!"PS256".equals(jwk.get("alg"))) continue;
            RSAPublicKeySpec numbers = new RSAPublicKeySpec(number(jwk.get("n")), number(jwk.get("e")));
            fetched.put((String) jwk.get("kid"), KeyFactory.getInstance("RSA").generatePublic(numbers));
        }
        keys = fetched;
    }

    private static BigInteger number(Object text) {
        return new BigInteger(1, Base64.getUrlDecoder().decode((String) text));
    }
}
