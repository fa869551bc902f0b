// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/staging.h"

#include "tests/core/host/wrapped_host.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

using namespace widthwise;
namespace fs = std::filesystem;

namespace {

/// Counts what is sent, and what is read there to be compared.
class CountingHost : public WrappedHost {
public:
    std::string upload(const std::string& localPath, const std::string& path) override
    {
        ++uploads;
        std::string sum = WrappedHost::upload(localPath, path);
        if (meanwhile)
            meanwhile();
        return sum;
    }
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input) override
    {
        sums += command.starts_with("sha256sum") ? 1 : 0;
        return WrappedHost::run(command, deadline, input);
    }

    std::function<void()> meanwhile;
    int uploads = 0;
    int sums = 0;
};

} // namespace

class TestStaging : public QObject {
    Q_OBJECT

    std::optional<QTemporaryDir> m_folder;
    std::optional<CountingHost> m_host;

    std::string here(const std::string& name = {}) const { return path("here/" + name); }
    std::string there(const std::string& name = {}) const { return path("there/" + name); }
    std::string path(const std::string& name) const { return m_folder->path().toStdString() + '/' + name; }
    static void write(const std::string& path, const std::string& contents)
    {
        fs::create_directories(fs::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << contents;
    }
    static std::string read(const std::string& path)
    {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void setTime(const std::string& path, std::int64_t seconds)
    {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        QCOMPARE(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    }
    /// How many files were sent.
    int stage(const std::vector<std::string>& files = {"toy.h5"})
    {
        m_host->uploads = 0;
        m_host->sums = 0;
        stageFiles(*m_host, files, path("here"), path("there"));
        return m_host->uploads;
    }

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_host.emplace();
        write(here("toy.h5"), "jets");
        setTime(here("toy.h5"), 1'600'000'000);
        QCOMPARE(stage(), 1);
        QCOMPARE(read(there("toy.h5")), std::string("jets"));
    }

    void whatDidNotChangeStays()
    {
        QCOMPARE(stage(), 0);
        QCOMPARE(m_host->sums, 0);
    }

    void theManifestTellsWhatWasSent()
    {
        const std::string manifest = read(there(".toy.h5.staged.json"));
        for (const char* part : {"\"size\":4,", "\"modified\":", "\"changed\":", "\"there\":\"4 "})
            QVERIFY2(manifest.find(part) != std::string::npos, manifest.c_str());
        LocalHost host;
        const std::string sum = host.run("sha256sum <" + here("toy.h5"), std::chrono::seconds(10)).output;
        QVERIFY2(manifest.find("\"sha256\":\"" + sum.substr(0, 64) + '"') != std::string::npos,
                 manifest.c_str());
    }

    void aFileMadeAnewIsSentAgain_data()
    {
        QTest::addColumn<QString>("contents");
        QTest::addColumn<qint64>("time");
        QTest::newRow("of equal size") << QStringLiteral("new!") << qint64{1'700'000'000};
        QTest::newRow("of equal size and time") << QStringLiteral("new!") << qint64{1'600'000'000};
        QTest::newRow("an older one") << QStringLiteral("old!") << qint64{1'500'000'000};
        QTest::newRow("longer") << QStringLiteral("longer") << qint64{1'600'000'000};
        QTest::newRow("empty") << QString() << qint64{1'600'000'000};
    }

    void aFileMadeAnewIsSentAgain()
    {
        QFETCH(QString, contents);
        QFETCH(qint64, time);
        write(here("toy.h5"), contents.toStdString());
        setTime(here("toy.h5"), time);
        QCOMPARE(stage(), 1);
        QCOMPARE(read(there("toy.h5")), contents.toStdString());
        QCOMPARE(stage(), 0);
    }

    void aFileMadeAnewTwiceAtOnceIsSentAgain()
    {
        for (const char* contents : {"one!", "two!", "six!"}) {
            write(here("toy.h5"), contents);
            QCOMPARE(stage(), 1);
            QCOMPARE(read(there("toy.h5")), std::string(contents));
        }
    }

    void aTouchedFileIsNotSent()
    {
        setTime(here("toy.h5"), 1'700'000'000);
        QCOMPARE(stage(), 0);
        QCOMPARE(m_host->sums, 0); // what is there has not changed
    }

    void whatWasAlteredThereIsSentAgain_data()
    {
        QTest::addColumn<QString>("contents");
        QTest::addColumn<bool>("timeKept");
        QTest::newRow("of equal size") << QStringLiteral("bad!") << false;
        QTest::newRow("of equal size and time") << QStringLiteral("bad!") << true;
        QTest::newRow("cut") << QStringLiteral("je") << false;
    }

    void whatWasAlteredThereIsSentAgain()
    {
        QFETCH(QString, contents);
        QFETCH(bool, timeKept);
        const auto before = fs::last_write_time(there("toy.h5"));
        write(there("toy.h5"), contents.toStdString());
        if (timeKept)
            fs::last_write_time(there("toy.h5"), before);
        QCOMPARE(stage(), 1);
        QCOMPARE(read(there("toy.h5")), std::string("jets"));
    }

    void whatWasTouchedThereIsNotSent()
    {
        setTime(there("toy.h5"), 1'700'000'000);
        QCOMPARE(stage(), 0);
        QCOMPARE(m_host->sums, 1);
        QCOMPARE(stage(), 0);
        QCOMPARE(m_host->sums, 0);
    }

    void whatIsGoneThereIsSentAgain()
    {
        fs::remove(there("toy.h5"));
        QCOMPARE(stage(), 1);
        QCOMPARE(read(there("toy.h5")), std::string("jets"));
    }

    void withoutAManifestTheContentsDecide_data()
    {
        QTest::addColumn<QString>("manifest");
        QTest::newRow("none") << QString();
        QTest::newRow("no JSON") << QStringLiteral("{\"size\":4");
        QTest::newRow("other JSON") << QStringLiteral("[1, 2]\n\n");
        QTest::newRow("other types") << QStringLiteral(
            "{\"size\":\"4\",\"modified\":1,\"changed\":1,\"sha256\":1,\"there\":\"\"}");
    }

    void withoutAManifestTheContentsDecide()
    {
        QFETCH(QString, manifest);
        const std::string at = there(".toy.h5.staged.json");
        fs::remove(at);
        if (!manifest.isEmpty())
            write(at, manifest.toStdString());
        QCOMPARE(stage(), 0); // as an older Widthwise left it
        fs::remove(at);
        write(there("toy.h5"), "bad!");
        QCOMPARE(stage(), 1);
        QCOMPARE(read(there("toy.h5")), std::string("jets"));
    }

    void anyNameWillDo()
    {
        const std::vector<std::string> names{"a b.h5",   "it's \"so\".yaml", "two\nlines", "μ/ü.txt",
                                             "-n",       " blank ",          "$HOME",      "back\\slash",
                                             "deep/er/x"};
        for (const std::string& name : names)
            write(here(name), name);
        QCOMPARE(stage(names), static_cast<int>(names.size()));
        for (const std::string& name : names)
            QCOMPARE(read(there(name)), name);
        QCOMPARE(stage(names), 0);
        write(here("two\nlines"), "two lines");
        QCOMPARE(stage(names), 1);
        QCOMPARE(read(there("two\nlines")), std::string("two lines"));
    }

    void aLinkIsWhatItLeadsTo()
    {
        write(path("elsewhere"), "jets of old");
        fs::create_symlink(path("elsewhere"), here("link.h5"));
        QCOMPARE(stage({"link.h5"}), 1);
        QVERIFY(!fs::is_symlink(there("link.h5")));
        write(path("elsewhere"), "jets of now");
        QCOMPARE(stage({"link.h5"}), 1);
        QCOMPARE(read(there("link.h5")), std::string("jets of now"));
    }

    void aFileThatChangesMeanwhileIsNoticed()
    {
        write(here("toy.h5"), "new!");
        m_host->meanwhile = [this] { write(here("toy.h5"), "more jets"); };
        try {
            stage();
            QFAIL("took it");
        } catch (const HostError& error) {
            QVERIFY2(std::string(error.what()).find(here("toy.h5") + " changed while") != std::string::npos,
                     error.what());
        }
        m_host->meanwhile = {};
        QCOMPARE(stage(), 1);
        QCOMPARE(read(there("toy.h5")), std::string("more jets"));
    }

    void aFileThatIsGoneIsNamed() { QVERIFY_THROWS_EXCEPTION(HostError, stage({"gone.h5"})); }

    void aFolderInTheWayIsNotReplaced()
    {
        write(here("x"), "x");
        fs::create_directories(there("x/y"));
        QVERIFY_THROWS_EXCEPTION(HostError, stage({"x"}));
        QVERIFY(fs::is_directory(there("x/y")));
    }

    void manyMayStageAtOnce()
    {
        const std::string large(3'000'000, 'x');
        write(here("large.h5"), large);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([this] {
                CountingHost host;
                stageFiles(host, {"large.h5", "toy.h5"}, path("here"), path("there"));
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(read(there("large.h5")), large);
        QCOMPARE(stage({"large.h5"}), 0);
        for (const fs::directory_entry& entry : fs::directory_iterator(path("there")))
            QVERIFY2(entry.path().string().find(".part") == std::string::npos, entry.path().c_str());
    }
};

QTEST_APPLESS_MAIN(TestStaging)
#include "tst_staging.moc"
