// SPDX-License-Identifier: GPL-3.0-or-later
// A host that is reached by SSH, against a real sshd.
#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

class Refuser : public SshPrompter {
public:
    bool acceptHostKey(const HostKeyQuestion& question) override
    {
        asked = question;
        return accept;
    }
    std::optional<std::string> secret(const SecretQuestion&) override { return std::nullopt; }

    bool accept = true;
    std::optional<HostKeyQuestion> asked;
};

} // namespace

class TestSshHost : public QObject {
    Q_OBJECT

    TestCluster m_cluster;
    QTemporaryDir m_folder;
    std::unique_ptr<SshHost> m_host;

    std::string file(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    SshHost::Options options() const
    {
        return {.name = "cluster", .configFile = m_cluster.sshConfig().toStdString(), .timeout = 3s};
    }
    static void write(const std::string& path, const QByteArray& bytes)
    {
        QFile out(QString::fromStdString(path));
        QVERIFY(out.open(QFile::WriteOnly));
        out.write(bytes);
    }
    static QByteArray read(const std::string& path)
    {
        QFile in(QString::fromStdString(path));
        return in.open(QFile::ReadOnly) ? in.readAll() : QByteArray();
    }
    std::string fingerprint(const char* key) const
    {
        LocalHost local;
        const std::string path = m_cluster.folder().toStdString() + "/ssh/" + key;
        const std::string text = local.run("ssh-keygen -l -f " + path + " | cut -d' ' -f2", 10s).output;
        return text.substr(0, text.find('\n'));
    }
    /// The most memory that this process has used.
    static long peakKiB()
    {
        QFile status(QStringLiteral("/proc/self/status"));
        if (!status.open(QFile::ReadOnly))
            return -1;
        const QByteArray text = status.readAll();
        return text.mid(text.indexOf("VmHWM:") + 6).trimmed().split(' ').front().toLong();
    }
    static QByteArray noise(int size)
    {
        QByteArray bytes(size, Qt::Uninitialized);
        for (int i = 0; i < size; ++i)
            bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
        return bytes;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const TestCluster::Options alone{.nodes = 0};
        if (const QString missing = TestCluster::missing(alone); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start(alone);
        m_host = std::make_unique<SshHost>(options());
    }

    void runsCommands()
    {
        const CommandResult result = m_host->run("echo out; echo \"it's\" >&2; exit 3", 10s);
        QCOMPARE(result.output, std::string("out\n"));
        QCOMPARE(result.errors, std::string("it's\n"));
        QCOMPARE(result.exitCode, 3);
        QVERIFY(!result.timedOut);
        QCOMPARE(m_host->status().state, LinkStatus::State::Connected);
    }

    void takesCommandsAsTheyAre_data()
    {
        QTest::addColumn<std::string>("command");
        QTest::newRow("lines") << std::string("if true\nthen\n  echo a  \\\n b\nfi\n");
        QTest::newRow("quotes") << std::string("printf '%s|' \"it's\" 'a\\n\"$x' $'b'");
        QTest::newRow("here document") << std::string("cat <<'END'\n $HOME\\\n\nEND");
        QTest::newRow("long") << ": " + std::string(100'000, 'x') + "\necho done";
        QTest::newRow("blank lines") << std::string("\n\n echo '\n \n'\n\n");
        QTest::newRow("nothing") << std::string();
        QTest::newRow("input") << std::string("# reads\nread -r first; echo \"<$first>\"; cat");
        QTest::newRow("variables") << std::string("echo \"[$command|$line|$newline|$1|$#]\"");
        QTest::newRow("syntax") << std::string("if");
        QTest::newRow("false") << std::string("false");
    }

    void takesCommandsAsTheyAre()
    {
        QFETCH(std::string, command);
        const CommandResult there = m_host->run(command, 10s, "input\n\n more");
        const CommandResult here = LocalHost().run(command, 10s, "input\n\n more");
        QCOMPARE(there.output, here.output);
        QCOMPARE(there.exitCode, here.exitCode);
    }

    void tellsSignals()
    {
        QCOMPARE(m_host->run("kill -TERM $$", 10s).exitCode, 143);
        QCOMPARE(m_host->run("no-such-program", 10s).exitCode, 127);
    }

    void feedsInputOfAnySize_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {0, 1, 32768, 5'000'000})
            QTest::addRow("%d", size) << size;
    }
    void feedsInputOfAnySize()
    {
        QFETCH(int, size);
        const QByteArray bytes = noise(size);
        const CommandResult result = m_host->run("cat", 30s, bytes.toStdString());
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(QByteArray::fromStdString(result.output), bytes);
    }

    void leavesUnreadInput() { QCOMPARE(m_host->run("true", 10s, std::string(5'000'000, 'x')).exitCode, 0); }

    void endsWhatIsLate()
    {
        QElapsedTimer watch;
        watch.start();
        const CommandResult result =
            m_host->run("echo begun; echo $$ > " + file("late") + "; sleep 1000 & wait", 3s);
        QVERIFY(result.timedOut);
        QCOMPARE(result.output, std::string("begun\n"));
        QVERIFY(watch.elapsed() < 5000);
        const QString process = QStringLiteral("/proc/") + QString::fromLatin1(read(file("late")).trimmed());
        QTRY_VERIFY(!QFile::exists(process));
    }

    void runsManyAtATime()
    {
        std::vector<std::thread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 12; ++i)
            threads.emplace_back([&, i] {
                const std::string word = "word" + std::to_string(i);
                right += m_host->run("sleep 0.2; echo " + word, 20s).output == word + "\n";
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(right.load(), 12);
    }

    void streams()
    {
        QStringList pieces;
        const CommandResult result = m_host->stream(
            "for i in 1 2 3; do echo $i; until [ -e " + file("heard") + "$i ]; do sleep 0.01; done; done",
            20s, [&](std::string_view bytes) {
                pieces.append(QString::fromUtf8(bytes.data(), qsizetype(bytes.size())));
                write(file("heard") + std::to_string(pieces.size()), {});
            });
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(pieces.join(u'|'), QStringLiteral("1\n|2\n|3\n"));
    }

    void writesFiles()
    {
        m_host->writeFile(file("deep/er/it's a file"), "contents\n");
        QCOMPARE(read(file("deep/er/it's a file")), QByteArray("contents\n"));
        QCOMPARE(QDir(m_folder.filePath(QStringLiteral("deep/er"))).entryList(QDir::Files).size(), 1);
        m_host->writeFile(file("large"), noise(1'000'000).toStdString());
        QCOMPARE(read(file("large")), noise(1'000'000));
        QVERIFY_THROWS_EXCEPTION(HostError, m_host->writeFile("/proc/widthwise/x", "x"));
    }

    void writesManyFiles()
    {
        const QByteArray strange = QByteArrayLiteral("a\\c 100%\n'quoted'\\0 \0 \xff end\n");
        write(file("there"), "old");
        const std::vector<FileContents> files{{file("many/1"), strange.toStdString()},
                                              {file("many/it's two"), noise(100'000).toStdString()},
                                              {file("there"), "-n new"},
                                              {file("more/empty"), ""}};
        m_host->writeFiles(files);
        for (const FileContents& written : files)
            QCOMPARE(read(written.path), QByteArray::fromStdString(written.contents));
        QCOMPARE(QDir(m_folder.filePath(QStringLiteral("many"))).entryList(QDir::Files).size(), 2);
        QVERIFY_THROWS_EXCEPTION(HostError,
                                 m_host->writeFiles(std::vector<FileContents>{{"/proc/widthwise/x", "x"}}));
    }

    /// More than one command's text may hold.
    void writesAndReadsVeryManyFiles()
    {
        const std::string folder = file("very/") + std::string(150, 'x') + '/';
        std::vector<FileContents> files;
        std::vector<FileRequest> requests;
        for (int i = 0; i < 1000; ++i) {
            files.push_back({folder + std::to_string(i), std::to_string(i)});
            requests.push_back({files.back().path});
        }
        m_host->writeFiles(files);
        const auto slices = m_host->readFiles(requests);
        for (std::size_t i = 0; i < files.size(); ++i)
            QCOMPARE(slices[i]->bytes, files[i].contents);
    }

    void readsSlicesOfManyFiles()
    {
        write(file("a"), "0123456789");
        write(file("b c"), "line\n\nend\n");
        write(file("empty"), "");
        const std::vector<FileRequest> requests{
            {file("a"), 0, 4},      {file("none"), 0, 10},
            {file("a"), 4, 100},    {file("b c"), -4, 100},
            {file("empty"), 0, 10}, {file("a"), 10, 10},
            {file("a"), -100, 3},   {m_folder.path().toStdString(), 0, 5}};
        const auto slices = m_host->readFiles(requests);
        QCOMPARE(slices.size(), requests.size());
        QCOMPARE(slices[0]->bytes, std::string("0123"));
        QCOMPARE(slices[0]->size, 10);
        QVERIFY(!slices[1]);
        QCOMPARE(slices[2]->bytes, std::string("456789"));
        QCOMPARE(slices[3]->bytes, std::string("end\n"));
        QCOMPARE(slices[4]->bytes, std::string());
        QCOMPARE(slices[5]->bytes, std::string());
        QCOMPARE(slices[6]->bytes, std::string("012"));
        QVERIFY(!slices[7]);
    }

    /// Some of them without a process.
    void readsShortFiles()
    {
        using namespace std::string_literals;
        const std::vector<std::string> contents{"a line\n",
                                                "\n",
                                                "\t \\n %s \\ \n",
                                                "-n\n",
                                                "no end",
                                                "two\nlines\n",
                                                "\n\n",
                                                "ü \xff\n",
                                                "a\0b\n"s,
                                                "\0\n"s,
                                                std::string(999, 'x') + '\n',
                                                std::string(1000, 'x') + '\n'};
        std::vector<FileRequest> requests;
        for (std::size_t i = 0; i < contents.size(); ++i) {
            requests.push_back({file("short") + std::to_string(i)});
            write(requests.back().path, QByteArray::fromStdString(contents[i]));
        }
        const auto slices = m_host->readFiles(requests);
        for (std::size_t i = 0; i < contents.size(); ++i)
            QCOMPARE(slices[i]->bytes, contents[i]);
    }

    void tellsWhetherAFileIsTheSame()
    {
        write(file("grows"), "one\n");
        const auto first = m_host->readFiles(std::vector<FileRequest>{{file("grows"), 0, 100}}).front();
        QVERIFY(!first->same && !first->inode.empty());
        const std::vector<FileRequest> again{{file("grows"), 0, 100, first->stamp}, {file("grows"), 0, 100}};
        const auto unchanged = m_host->readFiles(again);
        QVERIFY(unchanged[0]->same && unchanged[0]->bytes.empty());
        QCOMPARE(unchanged[0]->size, 4);
        QCOMPARE(unchanged[1]->bytes, std::string("one\n"));
        write(file("grows"), "one\ntwo\n");
        const auto grown = m_host->readFiles(again);
        QVERIFY(!grown[0]->same);
        QCOMPARE(grown[0]->bytes, std::string("one\ntwo\n"));
        QCOMPARE(grown[0]->inode, first->inode);
        write(file("grows.new"), "one\ntwo\n");
        std::filesystem::rename(file("grows.new"), file("grows"));
        QVERIFY(m_host->readFiles(again).front()->inode != first->inode);
    }

    void listsTheFilesThatAPatternFits()
    {
        const std::string odd = file("it's [odd] $(x) \\ `y`/");
        for (const char* name : {"v_0/m.csv", "v_10/m.csv", "v_/m.txt", "w/m.csv"}) {
            std::filesystem::create_directories(std::filesystem::path(odd + name).parent_path());
            write(odd + name, "x");
        }
        write(file("beside"), "beside");
        const auto slices = m_host->readFiles(std::vector<FileRequest>{{file("beside")},
                                                                       {odd + "v_*/m.?sv", 0, 0, {}, true},
                                                                       {odd + "z*", 0, 0, {}, true},
                                                                       {file("beside")}});
        QCOMPARE(slices[0]->bytes, std::string("beside"));
        QCOMPARE(slices[3]->bytes, std::string("beside"));
        QStringList lines =
            QString::fromStdString(slices[1]->bytes).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 2);
        for (const QString& line : lines) {
            QVERIFY(line.section(QLatin1Char(' '), 0, 0).toDouble() > 1e9);
            QVERIFY(line.section(QLatin1Char(' '), 1).startsWith(QString::fromStdString(odd + "v_")));
        }
        QVERIFY(QString::fromStdString(slices[2]->bytes).trimmed().isEmpty());
    }

    void readsFilesOfTheKernel()
    {
        const FileRequest requests[] = {
            {"/proc/sys/kernel/hostname"}, {"/proc/self/stat"}, {"/proc/999999999/stat"}};
        const auto slices = m_host->readFiles(requests);
        QCOMPARE(slices[0]->bytes, read("/proc/sys/kernel/hostname").toStdString());
        QCOMPARE(slices[0]->size, std::int64_t(slices[0]->bytes.size()));
        QVERIFY(slices[1] && slices[1]->bytes.ends_with('\n'));
        QVERIFY(!slices[2]);
    }

    void readsBinaryFiles()
    {
        const QByteArray bytes = noise(700'000);
        write(file("binary"), bytes);
        const auto slices = m_host->readFiles(std::vector<FileRequest>{{file("binary"), 1, 1 << 20}});
        QCOMPARE(QByteArray::fromStdString(slices[0]->bytes), bytes.mid(1));
    }

    void copiesBothWays()
    {
        const QByteArray bytes = noise(3'000'000);
        write(file("source"), bytes);
        QFile::setPermissions(QString::fromStdString(file("source")),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_host->upload(file("source"), file("up/copy"));
        QCOMPARE(read(file("up/copy")), bytes);
        QVERIFY(QFile::permissions(QString::fromStdString(file("up/copy"))) & QFile::ExeOwner);
        m_host->download(file("up/copy"), file("down"));
        QCOMPARE(read(file("down")), bytes);
        QVERIFY_THROWS_EXCEPTION(HostError, m_host->download(file("none"), file("nothing")));
        QVERIFY(!QFile::exists(QString::fromStdString(file("nothing"))));
    }

    /// Half a gigabyte, sent from a file that takes no room on the disk.
    void uploadsALargeFileThroughLittleMemory()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("the address sanitizer keeps memory that was freed, so that its peak says nothing");
#endif
        constexpr qint64 size = 512LL << 20;
        QFile source(QString::fromStdString(file("sparse")));
        QVERIFY(source.open(QFile::WriteOnly) && source.resize(size));
        source.close();
        QFile forget(QStringLiteral("/proc/self/clear_refs"));
        QVERIFY(forget.open(QFile::WriteOnly) && forget.write("5") == 1); // the peak is now what is
        forget.close();
        const long before = peakKiB();
        m_host->upload(file("sparse"), file("up/sparse"));
        QVERIFY2(peakKiB() - before < 64 << 10, qPrintable(QString::number(peakKiB() - before)));
        QCOMPARE(QFileInfo(QString::fromStdString(file("up/sparse"))).size(), size);
        QFile::remove(QString::fromStdString(file("up/sparse")));
    }

    /// Between its checksum and its bytes, which a sha256sum of our own sees to.
    void noticesAFileThatChangesMeanwhile_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::newRow("is written over")
            << QByteArrayLiteral("printf other | dd of=\"$f\" conv=notrunc 2>/dev/null");
        QTest::newRow("becomes shorter") << QByteArrayLiteral(": >\"$f\"");
    }
    void noticesAFileThatChangesMeanwhile()
    {
        QFETCH(QByteArray, change);
        write(file("changing"), noise(100'000));
        QDir().mkpath(m_folder.filePath(QStringLiteral("bin")));
        write(file("bin/sha256sum"), "#!/bin/sh\n/usr/bin/sha256sum\nf='" +
                                         QByteArray::fromStdString(file("changing")) + "'\n" + change + '\n');
        QFile::setPermissions(QString::fromStdString(file("bin/sha256sum")),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", QByteArray::fromStdString(file("bin")) + ':' + path);
        std::string message;
        try {
            m_host->upload(file("changing"), file("half/changing"));
        } catch (const HostError& error) {
            message = error.what();
        }
        qputenv("PATH", path);
        QVERIFY2(message.find("is not what was sent") != std::string::npos, message.c_str());
        QVERIFY(QDir(m_folder.filePath(QStringLiteral("half"))).isEmpty());
    }

    void uploadsUnderAnyName()
    {
        for (const char* name : {"a b", "it's \"so\"", "two\nlines", "μ ü", "-n", "$HOME", "back\\slash"}) {
            const std::string from = m_folder.path().toStdString() + "/from " + name;
            const std::string to = m_folder.path().toStdString() + "/to/" + name;
            write(from, name);
            m_host->upload(from, to);
            QCOMPARE(read(to), QByteArray(name));
        }
    }

    void uploadsToOnePathAtOnce()
    {
        write(file("one"), noise(2'000'000));
        write(file("other"), noise(3'000'000));
        std::vector<std::thread> threads;
        for (const char* name : {"one", "other", "one", "other"})
            threads.emplace_back([this, name] { SshHost(options()).upload(file(name), file("both/there")); });
        for (std::thread& thread : threads)
            thread.join();
        const QByteArray there = read(file("both/there"));
        QVERIFY(there == noise(2'000'000) || there == noise(3'000'000));
        QCOMPARE(QDir(m_folder.filePath(QStringLiteral("both"))).entryList(QDir::Files).size(), 1);
    }

    void doesNotReplaceAFolder()
    {
        write(file("plain"), "x");
        QDir().mkpath(m_folder.filePath(QStringLiteral("up/folder")));
        QVERIFY_THROWS_EXCEPTION(HostError, m_host->upload(file("plain"), file("up/folder")));
        QVERIFY(QDir(m_folder.filePath(QStringLiteral("up/folder"))).isEmpty());
    }

    void knowsWhatTheMachineHas()
    {
        const Inventory inventory = m_host->inventory();
        QVERIFY(inventory.cpus >= 1);
        QVERIFY(inventory.memoryMiB > 100);
    }

    void showsAnUnknownHostsKey()
    {
        write(m_cluster.folder().toStdString() + "/ssh/known_hosts", "");
        {
            SshHost host(options());
            QVERIFY_THROWS_EXCEPTION(HostError, host.run("true", 5s));
            QCOMPARE(host.status().state, LinkStatus::State::NeedsPerson);
            Refuser refuser;
            refuser.accept = false;
            QVERIFY_THROWS_EXCEPTION(HostError, host.connect(refuser));
            QVERIFY(refuser.asked->fingerprint.starts_with("SHA256:"));
        }
        SshHost host(options());
        Refuser person;
        host.connect(person);
        QCOMPARE(person.asked->fingerprint, fingerprint("host_key.pub"));
        QCOMPARE(host.run("echo in", 5s).output, std::string("in\n"));
        SshHost again(options());
        QCOMPARE(again.run("echo known", 5s).output, std::string("known\n"));
    }

    void refusesAChangedKey()
    {
        const std::string known = m_cluster.folder().toStdString() + "/ssh/known_hosts";
        const QByteArray right = read(known);
        const QByteArray other = read(m_cluster.folder().toStdString() + "/ssh/id.pub");
        const QByteArray place = right.left(right.indexOf(' '));
        write(known, place + ' ' + other.split(' ').mid(0, 2).join(' ') + '\n');
        SshHost host(options());
        Refuser person;
        try {
            host.connect(person);
            QFAIL("connected to a changed host");
        } catch (const HostError& error) {
            const std::string text = error.what();
            QVERIFY2(text.find("Known is ED25519 " + fingerprint("id.pub")) != std::string::npos,
                     error.what());
            QVERIFY2(text.find("now shows ssh-ed25519 " + fingerprint("host_key.pub")) != std::string::npos,
                     error.what());
            QVERIFY2(text.find("ssh-keygen -f") != std::string::npos, error.what());
        }
        QVERIFY(!person.asked);
        write(known, right);
    }
};

QTEST_GUILESS_MAIN(TestSshHost)
#include "tst_ssh_host.moc"
