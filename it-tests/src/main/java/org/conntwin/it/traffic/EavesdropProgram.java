package org.conntwin.it.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * A stranger on the sync network who hears a multicast group and makes use of it. {@code EavesdropProgram DEVICE GROUP PORT
 * HEX...} records; told {@code stop}, it says how many datagrams it has and how many of them contain any of the bytes.
 * Told {@code replay FROM TO...}, it sends them once more from one of its addresses, in another order, whole and bent in
 * every way.
 */
public final class EavesdropProgram {
    private static final int MOST = 2_000;
    private static final int LONG = 65_000;
    private static final int WAIT_MILLIS = 100;
    private static final long SEED = 9;

    private final List<byte[]> recording = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopped;

    private EavesdropProgram() {}

    /** Does what it is told on standard input, to its end. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        EavesdropProgram program = new EavesdropProgram();
        InetAddress group = InetAddress.getByName(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        MulticastSocket ear = new MulticastSocket(port);
        ear.joinGroup(new InetSocketAddress(group, port), NetworkInterface.getByName(arguments[0]));
        ear.setSoTimeout(WAIT_MILLIS);
        Thread listening = Thread.ofPlatform().start(() -> program.listen(ear));
        System.out.println("listening");
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            List<String> words = List.of(line.split(" ", -1));
            if (words.getFirst().equals("stop")) {
                program.stopped = true;
                listening.join();
                long readable = program.containing(Arrays.stream(arguments)
                        .skip(3)
                        .map(HexFormat.of()::parseHex)
                        .toList());
                System.out.println("heard " + program.recording.size() + ", readable " + readable);
            } else {
                int sent = program.replay(words.get(1), words.subList(2, words.size()), port);
                System.out.println("replayed " + sent + " from " + words.get(1));
            }
        }
    }

    private void listen(MulticastSocket ear) {
        DatagramPacket packet = new DatagramPacket(new byte[66_000], 66_000);
        while (!stopped) {
            try {
                ear.receive(packet);
                if (recording.size() < MOST) {
                    recording.add(Arrays.copyOf(packet.getData(), packet.getLength()));
                }
            } catch (SocketTimeoutException quiet) {
                // The next look is whether to stop.
            } catch (IOException e) {
                System.out.println("deaf: " + e);
                return;
            }
        }
        ear.close();
    }

    private long containing(List<byte[]> sought) {
        return recording.stream()
                .filter(datagram -> sought.stream().anyMatch(bytes -> contains(datagram, bytes)))
                .count();
    }

    private static boolean contains(byte[] datagram, byte[] bytes) {
        for (int i = 0; i + bytes.length <= datagram.length; i++) {
            if (Arrays.equals(datagram, i, i + bytes.length, bytes, 0, bytes.length)) {
                return true;
            }
        }
        return false;
    }

    private int replay(String from, List<String> targets, int port) throws IOException {
        List<byte[]> shuffled = new ArrayList<>(recording);
        Random random = new Random(SEED);
        Collections.shuffle(shuffled, random);
        int sent = 0;
        try (DatagramSocket mouth = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(from), 0))) {
            for (byte[] datagram : shuffled) {
                byte[] flipped = datagram.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                byte[] later = datagram.clone();
                later[12 + random.nextInt(7)] ^= (byte) (1 << random.nextInt(7)); // another counter
                byte[] foreign = datagram.clone();
                foreign[random.nextInt(3)]++; // no frame of ours, or of another version
                for (byte[] bytes : List.of(
                        datagram,
                        flipped,
                        later,
                        Arrays.copyOf(datagram, random.nextInt(datagram.length)),
                        random.nextInt(50) == 0 ? Arrays.copyOf(datagram, LONG) : foreign)) {
                    for (String target : targets) {
                        mouth.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(target), port));
                        sent++;
                    }
                }
            }
        }
        return sent;
    }
}
