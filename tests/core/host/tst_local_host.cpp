// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/local_host.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace widthwise;
using namespace std::chrono_literals;

class TestLocalHost : public QObject {
    Q_OBJECT

    QTemporaryDir m_directory;
    LocalHost m_host;

    std::string path(const std::string& name) const { return m_directory.path().toStdString() + "/" + name; }

    std::string word(const std::string& name) const
    {
        std::ifstream file(path(name));
        std::string line;
        std::getline(file, line);
        return line;
    }

private Q_SLOTS:
    void separatesOutputErrorsAndExitCode()
    {
        const CommandResult result = m_host.run("echo out; echo err >&2; exit 3", 10s);
        QCOMPARE(result.output, "out\n");
        QCOMPARE(result.errors, "err\n");
        QCOMPARE(result.exitCode, 3);
        QVERIFY(!result.timedOut);
    }

    void saysWhichSignalEndedACommand()
    {
        QCOMPARE(m_host.run("kill -TERM $$", 10s).exitCode, 128 + SIGTERM);
    }

    void startsAScriptThatAdoptsWhatLosesItsParent()
    {
        m_host.writeFile(path("script"), "cd " + m_directory.path().toStdString() +
                                             "\nread -r _ _ _ _ _ session _ </proc/self/stat\n"
                                             "echo \"$session $$ $# $1 $2\" >start; echo \"$3\" >time\n"
                                             "sh -c 'sh orphan &'\n"
                                             "until [ -e parent ]; do sleep 0.02; done\n"
                                             "echo $$ >part; mv part me\n");
        m_host.writeFile(path("orphan"), "sleep 0.1; read -r _ _ _ parent _ </proc/$$/stat\n"
                                         "echo $parent >word; mv word parent\n");
        const std::vector<std::string> scripts{path("script")};
        m_host.start(scripts, 10s);
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(path("me")), 20000);
        const std::string me = word("me");
        QCOMPARE(word("parent"), me);
        QCOMPARE(word("start"), me + ' ' + me + " 3  adopts");
        QVERIFY(std::abs(std::stoll(word("time")) - std::time(nullptr)) < 60);
        const auto isGone = [&] {
            m_host.awaitRename({}, 10ms); // which waits for what has ended
            return !std::filesystem::exists("/proc/" + me);
        };
        QTRY_VERIFY_WITH_TIMEOUT(isGone(), 20000);
    }

    void givesACommandMoreInputThanAPipeHolds()
    {
        const std::string input(3'000'000, 'x');
        QCOMPARE(m_host.run("wc -c", 20s, input).output, "3000000\n");
        QCOMPARE(m_host.run("cat", 20s, input).output.size(), input.size());
    }

    void survivesACommandThatDoesNotWantItsInput()
    {
        QCOMPARE(m_host.run("exec <&-; sleep 0.1; echo done", 10s, std::string(1'000'000, 'x')).output,
                 "done\n");
    }

    void endsACommandAndItsChildrenAtTheDeadline()
    {
        const std::string pidFile = path("child");
        const auto before = std::chrono::steady_clock::now();
        const CommandResult result = m_host.run("sleep 60 & echo $! > " + pidFile + "; wait", 300ms);
        QVERIFY(result.timedOut);
        QVERIFY(std::chrono::steady_clock::now() - before < 10s);
        int child = 0;
        std::ifstream(pidFile) >> child;
        QVERIFY(child > 0);
        QTRY_VERIFY(!std::filesystem::exists("/proc/" + std::to_string(child) + "/exe"));
    }

    void handsNoDescriptorsToTheCommand()
    {
        const int leaked = dup(STDOUT_FILENO);
        const std::string number = std::to_string(leaked);
        const CommandResult result = m_host.run("test -e /proc/$$/fd/" + number + "; echo $?", 10s);
        close(leaked);
        QVERIFY(leaked > STDERR_FILENO);
        QCOMPARE(result.output, "1\n");
    }

    void startsTheCommandInAGroupOfItsOwnWithDefaultSignals()
    {
        std::signal(SIGINT, SIG_IGN);
        const CommandResult result = m_host.run("ps -o pgid= -p $$; echo $$; kill -INT $$; echo alive", 10s);
        std::signal(SIGINT, SIG_DFL);
        QCOMPARE(result.exitCode, 128 + SIGINT);
        std::istringstream numbers(result.output);
        int group = 0;
        int pid = 0;
        numbers >> group >> pid;
        QCOMPARE(group, pid);
    }

    void writesWholeFilesWithTheFoldersAboveThem()
    {
        const std::string file = path("a/b/c.txt");
        m_host.writeFile(file, "one");
        m_host.writeFile(file, "two");
        const auto slices = m_host.readFiles(std::vector<FileRequest>{{file}});
        QVERIFY(slices[0].has_value());
        QCOMPARE(slices[0]->bytes, "two");
        const std::filesystem::directory_iterator entries(path("a/b"));
        QCOMPARE(std::distance(begin(entries), end(entries)), 1);
    }

    void namesTheFileThatItCannotWrite()
    {
        m_host.writeFile(path("file"), "x");
        try {
            m_host.writeFile(path("file/below"), "x");
            QFAIL("wrote below a file");
        } catch (const HostError& error) {
            QVERIFY(std::string(error.what()).find(path("file")) != std::string::npos);
        }
    }

    void readsSlicesOfManyFilesInOrder()
    {
        m_host.writeFile(path("digits"), "0123456789");
        const std::vector<FileRequest> requests{{path("digits"), 2, 3},
                                                {path("absent")},
                                                {path("digits"), -4},
                                                {path("digits"), 20},
                                                {path(".")}};
        const auto slices = m_host.readFiles(requests);
        QCOMPARE(slices[0]->bytes, "234");
        QCOMPARE(slices[0]->size, 10);
        QVERIFY(!slices[1]);
        QCOMPARE(slices[2]->bytes, "6789");
        QCOMPARE(slices[3]->bytes, "");
        QVERIFY(!slices[4]);
    }

    void tellsWhetherAFileIsTheSame()
    {
        m_host.writeFile(path("grows"), "one\n");
        const auto first = m_host.readFiles(std::vector<FileRequest>{{path("grows")}}).front();
        const std::vector<FileRequest> again{{path("grows"), 0, 100, first->stamp}};
        QVERIFY(m_host.readFiles(again).front()->same);
        QVERIFY(m_host.readFiles(again).front()->bytes.empty());
        m_host.writeFile(path("grows"), "one\n"); // by renaming
        const auto replaced = m_host.readFiles(again).front();
        QVERIFY(!replaced->same && replaced->inode != first->inode);
        QCOMPARE(replaced->bytes, "one\n");
    }

    void listsTheFilesThatAPatternFits()
    {
        const std::string odd = path("[odd] \\ *x/");
        m_host.writeFile(odd + "v_0/m.csv", "x");
        m_host.writeFile(odd + "v_10/m.csv", "x");
        m_host.writeFile(odd + "w/m.csv", "x");
        const auto listing =
            m_host.readFiles(std::vector<FileRequest>{{odd + "v_*/m.?sv", 0, 0, {}, true}}).front();
        QCOMPARE(std::ranges::count(listing->bytes, '\n'), 2);
        QVERIFY(listing->bytes.find(' ' + odd + "v_10/m.csv\n") != std::string::npos);
    }

    void manyMayWriteOneFile()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("one.json")).toStdString();
        std::atomic<int> refused = 0;
        std::vector<std::thread> writers;
        for (int i = 0; i < 8; ++i)
            writers.emplace_back([&] {
                LocalHost host;
                for (int round = 0; round < 200; ++round)
                    try {
                        host.writeFile(path, "whole");
                    } catch (const HostError&) {
                        ++refused;
                    }
            });
        for (std::thread& writer : writers)
            writer.join();
        QCOMPARE(refused.load(), 0);
        QCOMPARE(LocalHost().readFiles(std::vector<FileRequest>{{path}}).front()->bytes,
                 std::string("whole"));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
    }

    void waitsForNothingThatIsNoFile()
    {
        m_host.writeFile(path("odd/file.log"), "x");
        QCOMPARE(mkfifo(path("odd/pipe.log").c_str(), 0600), 0);
        std::filesystem::create_directory(path("odd/folder.log"));
        std::filesystem::create_symlink("/dev/zero", path("odd/device.log"));
        std::filesystem::create_symlink("file.log", path("odd/link.log"));
        const auto slices = m_host.readFiles(std::vector<FileRequest>{{path("odd/pipe.log")},
                                                                      {path("odd/folder.log")},
                                                                      {path("odd/device.log")},
                                                                      {path("odd/link.log")},
                                                                      {path("odd/*.log"), 0, 0, {}, true}});
        QVERIFY(!slices[0]);
        QVERIFY(!slices[1]);
        QVERIFY(!slices[2]);
        QCOMPARE(slices[3]->bytes, "x");
        QCOMPARE(std::ranges::count(slices[4]->bytes, '\n'), 2);
    }

    void readsFilesOfTheKernelThatHaveNoSize()
    {
        const auto slices = m_host.readFiles(std::vector<FileRequest>{{"/proc/self/stat"}});
        QVERIFY(slices[0]->bytes.starts_with(std::to_string(getpid())));
    }

    void wakesWhenAFileIsRenamedIntoAWatchedFolder()
    {
        std::filesystem::create_directory(path("watched"));
        const std::vector<std::string> directories{path("watched")};
        m_host.awaitRename(directories, 0ms);
        const auto before = std::chrono::steady_clock::now();
        std::thread writer([this] {
            std::this_thread::sleep_for(50ms);
            LocalHost().writeFile(path("watched/status.json"), "{}");
        });
        QVERIFY(m_host.awaitRename(directories, 30s));
        writer.join();
        QVERIFY(std::chrono::steady_clock::now() - before < 20s);
    }

    void remembersARenameBetweenTwoWaits()
    {
        std::filesystem::create_directory(path("between"));
        const std::vector<std::string> directories{path("between")};
        m_host.awaitRename(directories, 0ms);
        m_host.writeFile(path("between/x"), "");
        const auto before = std::chrono::steady_clock::now();
        QVERIFY(m_host.awaitRename(directories, 30s));
        QVERIFY(std::chrono::steady_clock::now() - before < 20s);
    }

    void isNotSureOfWhatItCannotWatch()
    {
        const std::vector<std::string> directories{path("is not there")};
        for (int look = 0; look < 2; ++look)
            QVERIFY(m_host.awaitRename(directories, 0ms));
    }

    void waitsOutItsPatienceWhereNothingHappens()
    {
        std::filesystem::create_directory(path("quiet"));
        const std::vector<std::string> directories{path("quiet")};
        QVERIFY(m_host.awaitRename(directories, 0ms)); // before it was watched
        const auto before = std::chrono::steady_clock::now();
        QVERIFY(!m_host.awaitRename(directories, 100ms));
        QVERIFY(std::chrono::steady_clock::now() - before >= 99ms);
    }

    void countsWhatThisProcessMayUse()
    {
        const Inventory inventory = m_host.inventory();
        QCOMPARE(std::to_string(inventory.cpus) + "\n",
                 m_host.run("env -u OMP_NUM_THREADS nproc", 10s).output);
        QVERIFY(inventory.memoryMiB > 100);
    }
};

QTEST_APPLESS_MAIN(TestLocalHost)
#include "tst_local_host.moc"
