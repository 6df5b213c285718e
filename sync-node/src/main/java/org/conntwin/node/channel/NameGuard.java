package org.conntwin.node.channel;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.JoinRsp;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/**
 * Sits below the membership protocol of the coordinator and lets nobody join under the name of a living member. A
 * member that was killed a moment ago is still in the view, so the process of that name is asked first: when it
 * answers, the newcomer is refused; when it does not within {@value #ANSWER_MILLIS} ms, it is reported as suspect and
 * the newcomer goes on.
 *
 * <p>At most one question for each name at a time; while it is open, further requests for that name are dropped (the
 * newcomer repeats them).
 *
 * <p>What the membership protocol does with a message while it waits for others is given a thread of its own.
 */
final class NameGuard extends Protocol {
    private static final long ANSWER_MILLIS = 400;
    private static final long ASK_AGAIN_MILLIS = 100;
    private static final short GMS_ID = ClassConfigurator.getProtocolId(GMS.class);

    private final Map<Address, CountDownLatch> questions = new ConcurrentHashMap<>();
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private volatile List<Address> members = List.of();

    @Override
    public Object down(Event event) {
        if (event.getType() == Event.VIEW_CHANGE) {
            members = List.copyOf(event.<View>arg().getMembers());
        }
        return down_prot.down(event);
    }

    @Override
    public @Nullable Object up(Message message) {
        return taken(message) ? null : up_prot.up(message);
    }

    @Override
    public void up(MessageBatch batch) {
        for (Iterator<Message> messages = batch.iterator(); messages.hasNext(); ) {
            if (taken(messages.next())) {
                messages.remove();
            }
        }
        if (!batch.isEmpty()) {
            up_prot.up(batch);
        }
    }

    /** Whether the message is this protocol's own business, or a join request that has to wait. */
    private boolean taken(Message message) {
        GuardHeader question = message.getHeader(id);
        if (question != null) {
            if (question.answer()) {
                CountDownLatch open = questions.get(message.src());
                if (open != null) {
                    open.countDown();
                }
            } else {
                send(message.src(), true);
            }
            return true;
        }
        GMS.GmsHeader membership = message.getHeader(GMS_ID);
        if (membership == null) {
            return false;
        }
        return switch (membership.getType()) {
            case GMS.GmsHeader.JOIN_REQ -> message.src() instanceof NodeAddress joiner && suspended(joiner, message);
            case GMS.GmsHeader.INSTALL_MERGE_VIEW -> {
                // It waits for answers that come by the thread which delivers this.
                aside("merge-view", () -> up_prot.up(message));
                yield true;
            }
            default -> false;
        };
    }

    private void aside(String name, Runnable work) {
        getTransport().getThreadFactory().newThread(work, name).start();
    }

    private boolean suspended(NodeAddress joiner, Message request) {
        for (Address member : members) {
            if (member instanceof NodeAddress owner && owner.node().equals(joiner.node()) && !owner.equals(joiner)) {
                if (names.add(joiner.node())) {
                    aside("name-guard", () -> decide(owner, joiner, request));
                }
                return true;
            }
        }
        return false;
    }

    private void decide(NodeAddress owner, NodeAddress joiner, Message request) {
        try {
            if (owner.equals(local_addr) || lives(owner)) {
                refuse(owner, joiner);
            } else {
                Suspicion.raise(this, getTransport(), owner);
                up_prot.up(request);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            names.remove(joiner.node());
        }
    }

    private boolean lives(NodeAddress owner) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        questions.put(owner, answered);
        try {
            for (long waited = 0; waited < ANSWER_MILLIS; waited += ASK_AGAIN_MILLIS) {
                send(owner, false);
                if (answered.await(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
            return false;
        } finally {
            questions.remove(owner);
        }
    }

    private void send(Address to, boolean answer) {
        down_prot.down(new EmptyMessage(to)
                .putHeader(id, new GuardHeader(answer))
                .setFlag(Message.Flag.OOB, Message.Flag.NO_RELIABILITY));
    }

    private void refuse(NodeAddress owner, NodeAddress joiner) {
        Object where = down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, owner));
        String host = where instanceof PhysicalAddress address
                ? ((java.net.InetSocketAddress) address.getSocketAddress())
                        .getAddress()
                        .getHostAddress()
                : "another address";
        JoinRsp refusal = new JoinRsp("node name " + owner.node() + " is already used by the member at " + host
                + "; give each node its own `node:`");
        down_prot.down(new BytesMessage(joiner)
                .putHeader(GMS_ID, new GMS.GmsHeader(GMS.GmsHeader.JOIN_RSP))
                .setArray(GMS.marshal(refusal)));
    }
}
