import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.*;
import java.security.spec.X509EncodedKeySpec;
import java.util.*;
import java.util.regex.*;

/** What a key signed: the envelope of a certificate and the checkpoint in it, each in its only spelling. */
final class Signed {
    private static final String TYPE = "application/vnd.in-toto+json";
    private static final Pattern ENVELOPE = Pattern.compile("\\{\"payload\":\"([A-Za-z0-9+/]++={0,2})\","
        + "\"payloadType\":\"" + Pattern.quote(TYPE) + "\","
        + "\"signatures\":\\[\\{\"keyid\":\"([0-9a-f]{8})\",\"sig\":\"([A-Za-z0-9+/]{86}==)\"}]}\n");
    private static final Pattern NOTE = Pattern.compile("((.+)\n(0|[1-9]\\d{0,14})\n([A-Za-z0-9+/]{43}=)\n"
        + "at (" + Forms.MOMENT + "(?!-00:00)" + Forms.OFFSET + ")\nfingerprints \n)\n— (\\S+) (\\S+)\n");

    /** The signer's name, the hash that tells keys apart, and the key. */
    record Key(String name, String hash, PublicKey key) {
        /** Reads {@code NAME+HASH+BASE64}. */
        static Key read(String text) throws GeneralSecurityException {
            String[] parts = text.strip().split("\\+", 3);
            byte[] bytes = parts.length == 3 ? decoded(parts[2]) : new byte[0];
            String hash = hex(sha256((parts[0] + "\n").getBytes(UTF_8), bytes)).substring(0, 8);
            if (bytes.length != 33 || bytes[0] != 1 || !hash.equals(parts[1])) {
                throw new IllegalArgumentException("this is no public key");
            }
            byte[] wrapped = HexFormat.of().parseHex("302a300506032b6570032100" + hex(bytes).substring(2));
            var made = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(wrapped));
            return new Key(parts[0], hash, made);
        }

        boolean signed(byte[] signature, byte[]... message) throws GeneralSecurityException {
            var check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            for (byte[] part : message) check.update(part);
            try {
                return check.verify(signature);
            } catch (SignatureException malformed) {
                return false;
            }
        }
    }

    /** A checkpoint: how many events, and the root over them. */
    record Checkpoint(long size, byte[] root) {}

    /** Returns the payload of an envelope, null where the key did not sign it. */
    static byte[] payload(String content, Key key) throws GeneralSecurityException {
        Matcher part = ENVELOPE.matcher(content);
        if (content.length() > 16 << 20 || !part.matches()) throw new IllegalArgumentException("no certificate");
        byte[] payload = decoded(part.group(1)), signature = decoded(part.group(3));
        String head = "DSSEv1 " + TYPE.length() + " " + TYPE + " " + payload.length + " ";
        return part.group(2).equals(key.hash) && key.signed(signature, head.getBytes(UTF_8), payload) ? payload : null;
    }

    /** Returns a checkpoint, null where it is none or the key did not sign it. */
    static Checkpoint checkpoint(String note, Key key) throws GeneralSecurityException {
        Matcher part = NOTE.matcher(note);
        if (!part.matches() || !part.group(2).equals(key.name) || !part.group(6).equals(key.name)
            || !Forms.isDay(part.group(5))) return null;
        byte[] signature = decoded(part.group(7));
        boolean signed = signature.length == 68 && hex(signature).startsWith(key.hash)
            && key.signed(Arrays.copyOfRange(signature, 4, 68), part.group(1).getBytes(UTF_8));
        return signed ? new Checkpoint(Long.parseLong(part.group(3)), decoded(part.group(4))) : null;
    }

    static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        for (byte[] part : parts) digest.update(part);
        return digest.digest();
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Decodes base64 that has no second spelling. */
    static byte[] decoded(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (Base64.getEncoder().encodeToString(bytes).equals(text)) return bytes;
        throw new IllegalArgumentException("the base64 is not in canonical form");
    }
}
