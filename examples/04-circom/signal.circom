pragma circom 2.1.0;

include "poseidon.circom";

// A member of a group sends a message once for each topic, and nobody learns which member.
//
// The group publishes the root of a tree whose leaves are commitments Hash2(secret, 0).  The circuit proves that the sender knows the
// secret of a leaf.  `nullifier` is the same for each message of one member about one topic, so a second one is seen.

template MerkleRoot(depth) {
    signal input leaf;
    signal input siblings[depth];
    signal input is_right[depth]; // 1: the node is the right one of its pair
    signal output root;

    component hash[depth];
    signal node[depth + 1];
    signal moved[depth];
    node[0] <== leaf;
    for (var k = 0; k < depth; k++) {
        is_right[k] * (is_right[k] - 1) === 0;
        moved[k] <== is_right[k] * (siblings[k] - node[k]);
        hash[k] = Hash2();
        hash[k].left <== node[k] + moved[k];
        hash[k].right <== siblings[k] - moved[k];
        node[k + 1] <== hash[k].out;
    }
    root <== node[depth];
}

template Signal(depth) {
    signal input topic;
    signal input message;
    signal input secret;
    signal input siblings[depth];
    signal input is_right[depth];
    signal output root;
    signal output nullifier;

    signal commitment <== Hash2()(secret, 0);
    root <== MerkleRoot(depth)(commitment, siblings, is_right);
    nullifier <== Hash2()(topic, secret);

    signal square <== message * message; // binds the message: a proof for another one does not verify
}

component main {public [topic, message]} = Signal(16);
