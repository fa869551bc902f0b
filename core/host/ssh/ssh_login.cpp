// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_login.h"

#include "core/host/ssh/wipe.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace widthwise {

namespace {

using Kind = SecretQuestion::Kind;

struct FreeKey {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<std::remove_pointer_t<ssh_key>, FreeKey>;

/// Where a server wants several proofs, each answer says whether there is more to do.
enum class Answer { In, More, No };

class Login {
public:
    Login(ssh_session session, const SshHop& hop, const SshAccess& access)
        : m_session(session), m_hop(hop), m_access(access)
    {
    }
    void run();

private:
    bool offers(int method) const { return (m_methods & method) != 0; }
    Answer tryAll();
    Answer tryAgent();
    Answer tryKeys();
    Answer tryKeyFile(const std::string& file);
    Answer tryCertificate(const Key& key, const std::string& certificate);
    Answer tryInteractive();
    Answer answerRounds(bool again);
    Answer tryPassword();
    std::optional<std::string> ask(const SecretQuestion& question, const std::string& memory);
    Key openKey(const std::string& file);
    Answer answered(int code, const std::string& attempt);
    [[noreturn]] void refuse() const;
    std::string where() const { return m_hop.user + "@" + m_hop.host; }

    ssh_session m_session;
    const SshHop& m_hop;
    const SshAccess& m_access;
    int m_methods = 0;
    std::vector<std::string> m_tried;
    std::string m_needed; ///< what only a person could have given
};

Answer Login::answered(int code, const std::string& attempt)
{
    if (code == SSH_AUTH_SUCCESS)
        return Answer::In;
    if (code == SSH_AUTH_PARTIAL) {
        m_tried.push_back(attempt + " (accepted, but more is wanted)");
        m_methods = ssh_userauth_list(m_session, nullptr);
        return Answer::More;
    }
    if (code == SSH_AUTH_ERROR && ssh_is_connected(m_session) == 0)
        throw HostError(m_hop.host + " ended the connection during the login: " + ssh_get_error(m_session));
    if (std::ranges::find(m_tried, attempt) == m_tried.end())
        m_tried.push_back(attempt);
    return Answer::No;
}

std::optional<std::string> Login::ask(const SecretQuestion& question, const std::string& memory)
{
    if (!question.again && m_access.secrets && !memory.empty())
        if (auto known = m_access.secrets->find(memory))
            return known;
    if (!m_access.prompter) {
        m_needed = question.prompt;
        return std::nullopt;
    }
    return m_access.prompter->secret(question);
}

Answer Login::tryAgent()
{
    if (m_hop.agentSocket.empty())
        return Answer::No;
    return answered(ssh_userauth_agent(m_session, nullptr), "the agent's keys");
}

/// Asks for the passphrase of an encrypted key, three times at most. Null where the file is no private key or
/// nobody opens it.
Key Login::openKey(const std::string& file)
{
    ssh_key key = nullptr;
    int code = ssh_pki_import_privkey_file(file.c_str(), "", nullptr, nullptr, &key);
    constexpr int mostTimes = 3;
    for (int time = 0; code == SSH_ERROR && time < mostTimes; ++time) {
        auto passphrase = ask(
            {.kind = Kind::Passphrase, .host = where(), .prompt = file, .instruction = {}, .again = time > 0},
            "passphrase " + file);
        if (!passphrase)
            break;
        const Wiped wiped(*passphrase);
        code = ssh_pki_import_privkey_file(file.c_str(), passphrase->c_str(), nullptr, nullptr, &key);
        if (code == SSH_OK && m_access.secrets)
            m_access.secrets->keep("passphrase " + file, *passphrase);
    }
    return Key(code == SSH_OK ? key : nullptr);
}

Answer Login::tryCertificate(const Key& key, const std::string& certificate)
{
    ssh_key signedKey = nullptr;
    if (ssh_pki_import_cert_file(certificate.c_str(), &signedKey) != SSH_OK)
        return Answer::No;
    const Key owner(signedKey);
    if (ssh_pki_copy_cert_to_privkey(signedKey, key.get()) != SSH_OK)
        return Answer::No; // it belongs to another key
    return answered(ssh_userauth_publickey(m_session, nullptr, key.get()), certificate);
}

/// The public half is offered first where it lies beside the key: a passphrase is asked for only where the
/// server wants that key.
Answer Login::tryKeyFile(const std::string& file)
{
    std::vector<std::string> certificates = m_hop.certificateFiles;
    if (const std::string beside = file + "-cert.pub"; std::filesystem::exists(beside))
        certificates.push_back(beside);
    ssh_key half = nullptr;
    if (certificates.empty() && ssh_pki_import_pubkey_file((file + ".pub").c_str(), &half) == SSH_OK) {
        const Key publicKey(half);
        if (ssh_userauth_try_publickey(m_session, nullptr, publicKey.get()) != SSH_AUTH_SUCCESS)
            return answered(SSH_AUTH_DENIED, file);
    }
    const Key key = openKey(file);
    if (!key)
        return Answer::No;
    for (const std::string& certificate : certificates)
        if (const Answer answer = tryCertificate(key, certificate); answer != Answer::No)
            return answer;
    return answered(ssh_userauth_publickey(m_session, nullptr, key.get()), file);
}

Answer Login::tryKeys()
{
    for (const std::string& file : m_hop.identityFiles)
        if (std::filesystem::exists(file))
            if (const Answer answer = tryKeyFile(file); answer != Answer::No)
                return answer;
    return Answer::No;
}

/// Answers round after round until the server has had enough; some rounds have no question at all.
Answer Login::answerRounds(bool again)
{
    int code = ssh_userauth_kbdint(m_session, nullptr, nullptr);
    for (; code == SSH_AUTH_INFO; code = ssh_userauth_kbdint(m_session, nullptr, nullptr)) {
        const int prompts = ssh_userauth_kbdint_getnprompts(m_session);
        for (int i = 0; i < prompts; ++i) {
            char echo = 0;
            const char* prompt = ssh_userauth_kbdint_getprompt(m_session, static_cast<unsigned>(i), &echo);
            auto secret = ask({.kind = Kind::KeyboardInteractive,
                               .host = where(),
                               .prompt = prompt,
                               .instruction = ssh_userauth_kbdint_getinstruction(m_session),
                               .echo = echo != 0,
                               .again = again},
                              {});
            if (!secret)
                refuse();
            const Wiped wiped(*secret);
            ssh_userauth_kbdint_setanswer(m_session, static_cast<unsigned>(i), secret->c_str());
        }
    }
    return answered(code, "the server's questions");
}

Answer Login::tryInteractive()
{
    constexpr int mostTimes = 3;
    for (int time = 0; time < mostTimes; ++time)
        if (const Answer answer = answerRounds(time > 0); answer != Answer::No)
            return answer;
    return Answer::No;
}

Answer Login::tryPassword()
{
    constexpr int mostTimes = 3;
    const std::string memory = "password " + where();
    for (int time = 0; time < mostTimes; ++time) {
        auto password = ask({.kind = Kind::Password,
                             .host = where(),
                             .prompt = "Password",
                             .instruction = {},
                             .again = time > 0},
                            memory);
        if (!password)
            break;
        const Wiped wiped(*password);
        const Answer answer =
            answered(ssh_userauth_password(m_session, nullptr, password->c_str()), "the password");
        if (m_access.secrets && answer != Answer::No)
            m_access.secrets->keep(memory, *password);
        if (answer != Answer::No)
            return answer;
    }
    return Answer::No;
}

Answer Login::tryAll()
{
    if (m_hop.gssapi && offers(SSH_AUTH_METHOD_GSSAPI_MIC))
        if (const Answer answer = answered(ssh_userauth_gssapi(m_session), "Kerberos"); answer != Answer::No)
            return answer;
    if (offers(SSH_AUTH_METHOD_PUBLICKEY)) {
        if (const Answer answer = tryAgent(); answer != Answer::No)
            return answer;
        if (const Answer answer = tryKeys(); answer != Answer::No)
            return answer;
    }
    if (offers(SSH_AUTH_METHOD_INTERACTIVE))
        if (const Answer answer = tryInteractive(); answer != Answer::No)
            return answer;
    return offers(SSH_AUTH_METHOD_PASSWORD) ? tryPassword() : Answer::No;
}

void Login::refuse() const
{
    if (!m_needed.empty())
        throw PersonNeeded(where() + " asks for \"" + m_needed +
                           "\", which only a person can answer: connect by hand");
    std::string tried;
    for (const std::string& attempt : m_tried)
        tried += (tried.empty() ? "" : ", ") + attempt;
    std::string wanted;
    for (const auto& [method, name] : {std::pair{SSH_AUTH_METHOD_PUBLICKEY, "a key"},
                                       std::pair{SSH_AUTH_METHOD_INTERACTIVE, "answers to its questions"},
                                       std::pair{SSH_AUTH_METHOD_PASSWORD, "a password"},
                                       std::pair{SSH_AUTH_METHOD_GSSAPI_MIC, "a Kerberos ticket"}})
        if (offers(method))
            wanted += (wanted.empty() ? "" : " or ") + std::string(name);
    throw HostError(where() + " refuses the login; tried " + (tried.empty() ? "nothing" : tried) +
                    "; the server wants " + (wanted.empty() ? "nothing that is supported here" : wanted));
}

void Login::run()
{
    constexpr int mostProofs = 6;
    if (answered(ssh_userauth_none(m_session, nullptr), "none") == Answer::In)
        return;
    m_tried.clear();
    m_methods = ssh_userauth_list(m_session, nullptr);
    for (int proof = 0; proof < mostProofs; ++proof) {
        const Answer answer = tryAll();
        if (answer == Answer::In)
            return;
        if (answer == Answer::No)
            break;
    }
    refuse();
}

} // namespace

void logIn(ssh_session_struct* session, const SshHop& hop, const SshAccess& access)
{
    Login(session, hop, access).run();
}

} // namespace widthwise
