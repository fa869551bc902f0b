// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/file_descriptor.h"
#include "core/host/ssh/pipe_prompter.h"
#include "core/host/ssh/ssh_session.h"

#include <QTest>

#include <fcntl.h>
#include <sys/socket.h>

using namespace widthwise;

namespace {

const HostKeyQuestion newHost{"login.site", "ssh-ed25519", "SHA256:abc"};
const SecretQuestion password{SecretQuestion::Kind::Password, "me@login.site", "Password", {}, false, false};

/// The two ends of a socket; the person at the far one writes without being asked.
struct Pipe {
    Pipe()
    {
        int ends[2] = {-1, -1};
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
            qFatal("no socketpair");
        near = FileDescriptor(ends[0]);
        far = FileDescriptor(ends[1]);
    }
    void answer(const std::string& line) const
    {
        QCOMPARE(write(far.number(), line.data(), line.size()), std::ssize(line));
    }
    std::string asked() const
    {
        std::string text(4096, '\0');
        text.resize(static_cast<std::size_t>(
            std::max<ssize_t>(0, recv(far.number(), text.data(), text.size(), MSG_DONTWAIT))));
        return text;
    }

    FileDescriptor near;
    FileDescriptor far;
};

} // namespace

class TestPipePrompter : public QObject {
    Q_OBJECT

    template <class Ask>
    static std::string refusal(Ask ask, bool wantsPerson)
    {
        try {
            ask();
        } catch (const PersonNeeded& error) {
            return wantsPerson ? error.what() : "";
        } catch (const HostError& error) {
            return wantsPerson ? "" : error.what();
        }
        return "";
    }

private Q_SLOTS:
    void asksAndTakesTheAnswer()
    {
        const Pipe pipe;
        PipePrompter prompter(pipe.near.number());
        pipe.answer(answerLine("open sesame"));
        QCOMPARE(prompter.secret(password), std::optional<std::string>("open sesame"));
        QCOMPARE(pipe.asked(), loginLine(password));

        pipe.answer(answerLine(std::string(trustAnswer)));
        QVERIFY(prompter.acceptHostKey(newHost));
        QCOMPARE(pipe.asked(), loginLine(newHost));
        pipe.answer(answerLine({}));
        QVERIFY(!prompter.acceptHostKey(newHost));
        pipe.asked();
        prompter.loggedIn("site");
        QCOMPARE(pipe.asked(), loginLine(LoggedIn{"site"}));
    }

    void endsTheLoginForOneWhoDoesNotGoOn()
    {
        const Pipe pipe;
        PipePrompter prompter(pipe.near.number());
        pipe.answer(answerLine({}));
        QCOMPARE(refusal([&] { prompter.secret(password); }, false),
                 std::string("me@login.site: the login was called off"));
    }

    void needsAPersonOnceTheOtherEndIsGone()
    {
        Pipe pipe;
        PipePrompter prompter(pipe.near.number());
        pipe.answer("{\"answer\": \"half a line");
        pipe.far.close();
        QVERIFY(!refusal([&] { prompter.secret(password); }, true).empty());
        QVERIFY(!refusal([&] { prompter.acceptHostKey(newHost); }, true).empty());
        prompter.loggedIn("site"); // and nobody dies of it
    }

    void repeatsNothingOfWhatItCannotRead()
    {
        const Pipe pipe;
        PipePrompter prompter(pipe.near.number());
        pipe.answer("open sesame\n");
        const std::string text = refusal([&] { prompter.secret(password); }, false);
        QVERIFY(!text.empty() && text.find("sesame") == std::string::npos);
    }

    void isNotInherited()
    {
        const Pipe pipe;
        const PipePrompter prompter(pipe.near.number());
        QVERIFY((fcntl(pipe.near.number(), F_GETFD) & FD_CLOEXEC) != 0);
    }
};

QTEST_GUILESS_MAIN(TestPipePrompter)
#include "tst_pipe_prompter.moc"
