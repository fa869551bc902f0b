// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/host/local_host.h"
#include "core/site/site.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

class TestSite : public QObject {
    Q_OBJECT

    static std::string problemOf(const std::string& yaml)
    {
        try {
            parseSite(yaml, "test");
        } catch (const ExperimentFileError& error) {
            return error.what();
        }
        return {};
    }
    static void write(const QString& path, const QByteArray& text)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(text);
    }

private Q_SLOTS:
    void readsACluster()
    {
        const Site site =
            parseSite("host: me@juwels\n"
                      "scheduler: slurm\n"
                      "folder: /p/scratch/me/widthwise\n"
                      "trainer: /p/project/bin/widthwise-trainer\n"
                      "submit: pilot\npartition: booster\naccount: hep\nqos: normal\nconstraint: a100\n"
                      "options: [--mem-per-cpu=4G, --exclusive]\n"
                      "prologue: |\n  module load CUDA\n"
                      "container: apptainer exec --nv torch.sif\n"
                      "time_limit: 24h\nnotice: 2min\npoll_interval: 45s\n",
                      "juwels");
        QCOMPARE(site.name, std::string("juwels"));
        QVERIFY(site.isRemote());
        QCOMPARE(site.host, std::string("me@juwels"));
        QCOMPARE(site.scheduler, Site::Scheduler::Slurm);
        QCOMPARE(site.slurm.submit, SlurmSettings::Submit::Pilot);
        QCOMPARE(site.slurm.options, (std::vector<std::string>{"--mem-per-cpu=4G", "--exclusive"}));
        QCOMPARE(site.slurm.prologue, std::string("module load CUDA\n"));
        QCOMPARE(site.container, std::string("apptainer exec --nv torch.sif"));
        QCOMPARE(*site.slurm.timeLimit, Seconds(86400));
        QCOMPARE(site.slurm.notice, 120s);
        QCOMPARE(site.slurm.pollInterval, 45s);
    }

    void readsLimitsAndTheWayThere()
    {
        const Site site = parseSite("host: juwels\njump: me@gate:2222\nfolder: /p\nscheduler: slurm\n"
                                    "gpus_per_node: 4\nmax_trials: 16\n"
                                    "options: --mem-per-cpu=4G  --exclusive\n",
                                    "juwels");
        QCOMPARE(site.jump, std::string("me@gate:2222"));
        QCOMPARE(site.gpusPerNode, std::optional(4));
        QCOMPARE(site.mostTrials, std::optional(16));
        QCOMPARE(site.slurm.options, (std::vector<std::string>{"--mem-per-cpu=4G", "--exclusive"}));
    }

    void aContainerIsOneLine()
    {
        const SiteReading reading =
            readSite("container: |\n  module load apptainer\n  apptainer exec a.sif\n", "x");
        QCOMPARE(reading.problems.size(), 1U);
        QCOMPARE(reading.problems.front().key, std::string("container"));
        QVERIFY(reading.site.container.empty());
    }

    void keepsWhatIsRightBesideProblems()
    {
        const SiteReading reading = readSite("host: a\nfolder: b\nmax_trials: 0\nhots: c\n", "half");
        QCOMPARE(reading.site.host, std::string("a"));
        std::vector<int> lines;
        for (const FileProblem& problem : reading.problems)
            lines.push_back(problem.line);
        QCOMPARE(lines, (std::vector<int>{2, 3, 4}));
    }

    void refusesWhatNoNodeHas()
    {
        const QTemporaryDir folder;
        write(folder.filePath(QStringLiteral("gpus.yaml")), "scheduler: slurm\ngpus_per_node: 4\n");
        Experiment experiment;
        experiment.site = "gpus.yaml";
        experiment.resources.gpus = 4;
        const std::string here = folder.path().toStdString();
        QCOMPARE(siteOf(experiment, here).name, std::string("gpus"));
        experiment.resources.gpus = 5;
        try {
            siteOf(experiment, here);
            QFAIL("taken");
        } catch (const ExperimentFileError& error) {
            QCOMPARE(error.problems().front().key, std::string("resources.gpus"));
            QVERIFY2(std::string(error.what()).find("a node of gpus has 4") != std::string::npos,
                     error.what());
        }
    }

    void readsTheExampleOfTheReadme()
    {
        const std::string readme = readTextFile(WIDTHWISE_SOURCE_DIR "/README.md");
        const std::string fence = "```yaml\n";
        const std::size_t first = readme.find(fence, readme.find("\n## Sites\n")) + fence.size();
        const Site site = parseSite(readme.substr(first, readme.find("```", first) - first), "juwels");
        QCOMPARE(site.host, std::string("juwels"));
        QCOMPARE(site.slurm.partition, std::string("booster"));
    }

    void readsAnotherMachine()
    {
        const Site site = parseSite("host: gpubox\nfolder: /data/widthwise\n", "gpubox");
        QVERIFY(site.isRemote());
        QCOMPARE(site.scheduler, Site::Scheduler::None);
    }

    void complains_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const char* yaml, const char* words) {
            QTest::newRow(name) << QByteArray(yaml) << QByteArray(words);
        };
        row("no folder", "host: juwels\n", "folder");
        row("relative folder", "host: juwels\nfolder: scratch\n", "absolute path");
        row("unknown key", "hots: juwels\n", "host");
        row("slurm key without slurm", "host: a\nfolder: /a\npartition: gpu\n", "scheduler: slurm");
        row("not an option", "scheduler: slurm\noptions: [mem=4G]\n", "--mem-per-cpu=4G");
        row("impolite", "scheduler: slurm\npoll_interval: 9s\n", "at least 10s");
        row("no way to submit", "scheduler: slurm\nsubmit: jobs\n", "pilot");
        row("word among options", "scheduler: slurm\noptions: --exclusive mem=4G\n", "--mem-per-cpu=4G");
        row("jump to here", "jump: gate\n", "`host`");
        row("half a GPU", "gpus_per_node: 0.5\n", "gpus_per_node");
        row("no trials", "max_trials: 0\n", "max_trials");
        row("wrong scheduler", "scheduler: pbs\n", "slurm");
    }
    void complains()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, words);
        const std::string problem = problemOf(yaml.toStdString());
        QVERIFY2(problem.find(words.toStdString()) != std::string::npos, problem.c_str());
    }

    void findsSites()
    {
        const QTemporaryDir folder;
        qputenv("XDG_CONFIG_HOME", folder.path().toUtf8());
        write(folder.filePath(QStringLiteral("widthwise/sites/box.yaml")), "host: box\nfolder: /data\n");
        write(folder.filePath(QStringLiteral("here/own.yaml")), "scheduler: slurm\n");
        write(folder.filePath(QStringLiteral("here/bad.yaml")), "scheduler: [\n");
        const std::string here = folder.filePath(QStringLiteral("here")).toStdString();

        QCOMPARE(siteNames(), (std::vector<std::string>{"local", "box"}));
        QVERIFY(!findSite("local", here).isRemote());
        QCOMPARE(findSite("box", here).host, std::string("box"));
        QCOMPARE(findSite("own.yaml", here).scheduler, Site::Scheduler::Slurm);
        QCOMPARE(findSite("own.yaml", here).name, std::string("own"));
        try {
            findSite("bxo", here);
            QFAIL("found");
        } catch (const ExperimentFileError& error) {
            QVERIFY(std::string(error.what()).find("local, box") != std::string::npos);
        }
        try {
            findSite("bad.yaml", here);
            QFAIL("read");
        } catch (const ExperimentFileError& error) {
            QVERIFY2(std::string(error.what()).find("bad.yaml:") != std::string::npos, error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestSite)
#include "tst_site.moc"
