import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Antiphon's webhooks: bytes in, events out. Java 17 or later and a JSON parser. Throws when anything is wrong: answer 400 then. */
public final class AntiphonWebhook {
    /** `text -> objectMapper.readValue(text, Map.class)` of Jackson, or what you have. */
    public interface Json { Map<String, ?> read(byte[] text) throws Exception; }

    private final String appId;
    private final URI jwksUrl;
    private final Json json;
    private final Map<String, PublicKey> keys = new HashMap<>();
    private Instant askedAt = Instant.EPOCH;

    /** `jwksUrl`: `https://<your Antiphon>/.well-known/jwks.json`. Make one per process, for it remembers the keys. */
    public AntiphonWebhook(String appId, URI jwksUrl, Json json) { this.appId = appId; this.jwksUrl = jwksUrl; this.json = json; }

    /** `body`: the bytes as they came; then X-Webhook-Signature, X-Webhook-Signature-Key-Id, and `Instant.now()`. */
    public List<?> events(byte[] body, String signature, String keyId, Instant now) throws Exception {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        pss.initVerify(key(keyId, now));
        pss.update(body);
        if (signature == null || !signature.matches("rsassa-pss-sha256=[\\w-]+") || !pss.verify(decode(signature.split("=")[1])))
            throw new SignatureException("not signed by Antiphon");
        Map<String, ?> batch = json.read(body);
        if (!appId.equals(batch.get("app_id"))) throw new SignatureException("for another application");
        if (Duration.between(Instant.parse((String) batch.get("sent_at")), now).abs().compareTo(Duration.ofMinutes(5)) > 0)
            throw new SignatureException("sent more than 5 minutes ago");
        return (List<?>) batch.get("events");
    }

    /** Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time. */
    private synchronized PublicKey key(String id, Instant now) throws Exception {
        if (now.isAfter(askedAt.plusSeconds(keys.containsKey(id) ? 600 : 10))) {
            askedAt = now;
            HttpRequest request = HttpRequest.newBuilder(jwksUrl).timeout(Duration.ofSeconds(2)).build();
            byte[] answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray()).body();
            keys.clear();
            for (Object entry : (List<?>) json.read(answer).get("keys"))
                if (entry instanceof Map<?, ?> jwk && "PS256".equals(jwk.get("alg"))) keys.put((String) jwk.get("kid"), rsa((String) jwk.get("n")));
        }
        if (!keys.containsKey(id)) throw new SignatureException("no key " + id + " at " + jwksUrl);
        return keys.get(id);
    }

    private static PublicKey rsa(String n) throws Exception {
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(new BigInteger(1, decode(n)), BigInteger.valueOf(65_537)));
    }

    private static byte[] decode(String text) { return Base64.getUrlDecoder().decode(text); }
}
