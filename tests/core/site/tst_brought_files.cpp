// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/brought_files.h"

#include "core/experiment/experiment_file.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace widthwise;
namespace fs = std::filesystem;

using Names = std::vector<std::string>;

class TestBroughtFiles : public QObject {
    Q_OBJECT

    std::optional<QTemporaryDir> m_folder;

    std::string here() const { return m_folder->path().toStdString() + "/here"; }
    void write(const std::string& name, const std::string& contents = "x") const
    {
        const fs::path path = here() + '/' + name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << contents;
    }
    std::vector<BroughtFiles> broughtBy(const std::string& trial, const std::string& space = {}) const
    {
        return broughtFiles(parseExperiment("name: test\nobjective: {metric: loss}\ntrial:\n  " + trial +
                                            "\nspace:\n  x: {type: float, low: 0, high: 1}\n" + space +
                                            "budget: {trials: 1}\n"),
                            here());
    }

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        fs::create_directory(here());
    }

    void theTrainersSettingsNameFiles()
    {
        for (const char* name : {"toy.h5", "more/norm.yaml", "small.h5", "../secret", "gn2/notes"})
            write(name);
        const auto brought = broughtBy("trainer: {model: gn2, data: toy.h5, norm_dict: more/norm.yaml, "
                                       "class_dict: ../secret, validation_data: none.h5}",
                                       "  data: {type: categorical, values: [toy.h5, small.h5]}\n");
        QCOMPARE(filesOf(brought), (Names{"more/norm.yaml", "small.h5", "toy.h5"}));
    }

    void aCommandNamesFiles_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<Names>("files");
        const auto row = [](const char* name, const char* command, const Names& files) {
            QTest::newRow(name) << QString::fromUtf8(command) << files;
        };
        row("word", "python train.py", {"train.py"});
        row("value of an option", "t --cfg=conf/a.yaml", {"conf/a.yaml"});
        row("below the experiment", "t {experiment_dir}/train.py", {"train.py"});
        row("below the variable", "t \"$WIDTHWISE_EXPERIMENT_DIR\"/conf/a.yaml", {"conf/a.yaml"});
        row("below the variable in braces", "t ${{WIDTHWISE_EXPERIMENT_DIR}}/conf/a.yaml", {"conf/a.yaml"});
        row("dot", "t ./train.py train.py", {"train.py"});
        row("folder", "t --in conf", {"conf/a.yaml", "conf/b.yaml", "conf/deep/c"});
        row("folder and its file", "t conf/ conf/a.yaml", {"conf/a.yaml", "conf/b.yaml", "conf/deep/c"});
        row("values of parameters", "t --cfg=conf/{which}.yaml fold{k}.csv",
            {"conf/a.yaml", "conf/b.yaml", "fold0.csv", "fold1.csv"});
        row("strange names", "t 'it'\"'\"'s μ.txt'", {"it's μ.txt"});
        row("not the folder itself", "cd {experiment_dir} && t . ./ {experiment_dir}/ ..", {});
        row("not outside", "t ../secret conf/../../secret", {});
        row("not what is not there", "t conf/z.yaml {trial_dir}/train.py", {});
        row("not absolute", "t /etc/passwd", {});
    }

    void aCommandNamesFiles()
    {
        QFETCH(QString, command);
        QFETCH(Names, files);
        for (const char* name : {"train.py", "conf/a.yaml", "conf/b.yaml", "conf/deep/c", "fold0.csv",
                                 "fold1.csv", "fold9.csv", "it's μ.txt", "../secret"})
            write(name);
        const auto brought = broughtBy("command: |\n    " + command.toStdString(),
                                       "  which: {type: categorical, values: [a, b, c]}\n"
                                       "  k: {type: integer, low: 0, high: 4}\n");
        QCOMPARE(filesOf(brought), files);
    }

    void environmentAndValuesNameFiles()
    {
        write("a.yaml");
        write("b.yaml");
        const auto brought = broughtBy("command: t\n  environment: {CFG: a.yaml}",
                                       "  cfg: {type: categorical, values: [b.yaml, c.yaml]}\n");
        QCOMPARE(filesOf(brought), (Names{"a.yaml", "b.yaml"}));
    }

    void linksAreFollowed()
    {
        write("../elsewhere/big.h5", "12345");
        write("data/own");
        fs::create_symlink("../../elsewhere/big.h5", here() + "/data/big.h5");
        write("main.yaml");
        fs::create_symlink("..", here() + "/data/round");
        fs::create_symlink("../..", here() + "/data/above");
        fs::create_symlink("gone", here() + "/data/broken");
        const auto brought = broughtBy("command: t data");
        QCOMPARE(filesOf(brought), (Names{"data/big.h5", "data/own"}));
        QCOMPARE(brought.front().bytes, std::uintmax_t{6});
    }

    /// A folder that is itself a link to what lies around it is listed once.
    void aLinkToTheFolderAroundIsFollowedOnce()
    {
        write("a");
        fs::create_symlink(".", here() + "/self");
        QCOMPARE(filesOf(broughtBy("command: t self")), (Names{"self/a"}));
    }

    void whatIsMissingIsTold()
    {
        write("there.txt");
        const auto missing = [this](const std::string& command, const std::string& space = {}) {
            return missingFiles(parseExperiment("name: test\nobjective: {metric: loss}\ntrial:\n  command: " +
                                                command + "\nspace:\n  x: {type: float, low: 0, high: 1}\n" +
                                                space + "budget: {trials: 1}\n"),
                                here());
        };
        QCOMPARE(missing("cat {experiment_dir}/gone.txt {experiment_dir}/there.txt none.txt"),
                 Names{"gone.txt"});
        QCOMPARE(missing("t --cfg={experiment_dir}/conf/a.yaml \"$WIDTHWISE_EXPERIMENT_DIR/b\""),
                 (Names{"b", "conf/a.yaml"}));
        QCOMPARE(missing("t {experiment_dir}/{cfg} {experiment_dir}/{x}.txt {experiment_dir}/*.h5",
                         "  cfg: {type: categorical, values: [there.txt, c.yaml]}\n"),
                 Names{"c.yaml"});
        QCOMPARE(missing("t {experiment_dir}/../gone {experiment_dir}"), Names{});
        QCOMPARE(
            missingText(missing("cat {experiment_dir}/gone.txt")),
            std::string(
                "beside the experiment's file there is no gone.txt: a trial that reads it will not find it"));
        QCOMPARE(missingText({}), std::string());
    }

    void areToldInWords()
    {
        write("conf/a.yaml", std::string(3072, 'x'));
        write("data/1", std::string(1024, 'x'));
        write("data/2", std::string(1024, 'x'));
        QCOMPARE(toText(broughtBy("command: t data --cfg=conf/a.yaml")),
                 std::string("conf/a.yaml (3.0 KiB), data/ (2 files, 2.0 KiB)"));
        QCOMPARE(toText(broughtBy("command: t")), std::string());
    }
};

QTEST_APPLESS_MAIN(TestBroughtFiles)
#include "tst_brought_files.moc"
