// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/launch_plan.h"

#include <QTest>
#include <algorithm>

using namespace widthwise;

namespace {

const LaunchPlace place{"/data/trials/it's/0003", "/home/me/my search", "/opt/widthwise trainer"};

Experiment experiment()
{
    Experiment e;
    e.name = "gn2-lr";
    e.resources.cpus = 4;
    e.trial.program = CommandTemplate{"train --lr={max_lr} --opt={optimizer}"};
    return e;
}

Trial trial()
{
    Trial t;
    t.number = 3;
    t.attempt = 2;
    t.configuration.set("max_lr", 0.001);
    t.configuration.set("optimizer", std::string("adam w"));
    return t;
}

std::optional<std::string> variable(const LaunchRequest& request, std::string_view name)
{
    std::optional<std::string> value;
    for (const auto& [key, text] : request.environment)
        if (key == name)
            value = text;
    return value;
}

} // namespace

class TestLaunchPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fillsTheCommandTemplate()
    {
        QCOMPARE(planLaunch(experiment(), trial(), place).command, "train --lr=0.001 --opt='adam w'");
    }

    void runsInTheContainerOfThePlace()
    {
        LaunchPlace within = place;
        within.container = "apptainer exec 'an image.sif'";
        const LaunchRequest request = planLaunch(experiment(), trial(), within);
        QCOMPARE(request.container, within.container);
        QCOMPARE(request.command, "train --lr=0.001 --opt='adam w'");
        QCOMPARE(inContainer(request.container, request.command),
                 R"(apptainer exec 'an image.sif' sh -c 'train --lr=0.001 --opt='\''adam w'\''')");
        QCOMPARE(planLaunch(experiment(), trial(), place).container, "");
        QCOMPARE(inContainer("", request.command), request.command);
    }

    void knowsPlacesAndNumbers()
    {
        Experiment e = experiment();
        e.trial.program = CommandTemplate{"x {trial} {attempt} {trial_dir} {experiment_dir}"};
        QCOMPARE(planLaunch(e, trial(), place).command,
                 R"(x 3 2 '/data/trials/it'\''s/0003' '/home/me/my search')");
    }

    /// Where populations are trained, each pause leaves a checkpoint for others, and a copy begins from one.
    void copiesBeginFromAnothersCheckpoint()
    {
        Experiment e = experiment();
        e.schedule = {"pbt", {{"min_steps", 10}, {"max_steps", 40}}};
        e.trial.program = CommandTemplate{"train --from {start_from}"};
        Trial t = trial();
        t.untilStep = 20;
        const LaunchRequest other = planLaunch(e, t, place);
        QCOMPARE(other.keep, "checkpoint.pt.step-20");
        QCOMPARE(other.command, "train --from ''");
        QVERIFY(!variable(other, "WIDTHWISE_START_FROM"));
        LaunchPlace copied = place;
        copied.startFrom = "/data/trials/it's/0001/checkpoint.pt.step-10";
        const LaunchRequest copy = planLaunch(e, t, copied);
        QCOMPARE(copy.startFrom, copied.startFrom);
        QCOMPARE(*variable(copy, "WIDTHWISE_START_FROM"), "/data/trials/it's/0003/checkpoint.pt.start");
        QCOMPARE(copy.command, R"(train --from '/data/trials/it'\''s/0003/checkpoint.pt.start')");
        e.schedule.type = "asha";
        QCOMPARE(planLaunch(e, t, place).keep, "");
    }

    void writesTheConfiguration()
    {
        QCOMPARE(
            planLaunch(experiment(), trial(), place).config,
            "{\n  \"max_lr\": 0.001,\n  \"optimizer\": \"adam w\",\n  \"widthwise\": {\n    \"experiment\": "
            "\"gn2-lr\",\n    \"trial\": 3,\n    \"attempt\": 2\n  }\n}\n");
    }

    void putsTheConfigurationOverTheTrainersSettings()
    {
        Experiment e = experiment();
        e.trial.program = BundledTrainer{R"({"model":"gn2","max_lr":5,"epochs":2.0})"};
        const LaunchRequest request = planLaunch(e, trial(), place);
        QCOMPARE(request.command, "'/opt/widthwise trainer' train --config config.json");
        QVERIFY(request.config.find("\"model\": \"gn2\"") != std::string::npos);
        QVERIFY(request.config.find("\"max_lr\": 0.001") != std::string::npos);
        QVERIFY(request.config.find("\"epochs\": 2.0") != std::string::npos);
        QVERIFY(request.config.find("5") == std::string::npos);
    }

    void givesEachNodeAsManyWorkers()
    {
        Experiment e = experiment();
        e.resources.nodes = 2;
        QCOMPARE(planLaunch(e, trial(), place).tasks, 2);
        e.trial.program = BundledTrainer{R"({"model":"gn2"})"};
        LaunchRequest request = planLaunch(e, trial(), place);
        QCOMPARE(request.tasks, 2);
        QVERIFY(request.config.find("\"workers\": 2") != std::string::npos);
        QCOMPARE(variable(request, "OMP_NUM_THREADS"), "4");
        e.trial.program = BundledTrainer{R"({"workers":8})"};
        request = planLaunch(e, trial(), place);
        QCOMPARE(request.tasks, 8);
        QCOMPARE(variable(request, "OMP_NUM_THREADS"), "1");
        e.trial.program = BundledTrainer{R"({"workers":3})"};
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, planLaunch(e, trial(), place));
        e.resources.nodes = 1;
        QCOMPARE(planLaunch(e, trial(), place).tasks, 1);
    }

    void showsTheTrainerByNameWhereThereIsNone()
    {
        Experiment e = experiment();
        e.trial.program = BundledTrainer{"{}"};
        QCOMPARE(planLaunch(e, trial(), {"/t", "/b", ""}).command,
                 "widthwise-trainer train --config config.json");
    }

    void refusesSettingsThatAreNoMapping()
    {
        Experiment e = experiment();
        e.trial.program = BundledTrainer{"[1]"};
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, planLaunch(e, trial(), place));
    }

    void setsTheEnvironmentOfTheProtocol()
    {
        const LaunchRequest request = planLaunch(experiment(), trial(), place);
        QCOMPARE(variable(request, "WIDTHWISE_TRIAL_DIR"), place.trialDirectory);
        QCOMPARE(variable(request, "WIDTHWISE_TRIAL_ID"), "gn2-lr/3");
        QCOMPARE(variable(request, "WIDTHWISE_TRIAL"), "3");
        QCOMPARE(variable(request, "WIDTHWISE_ATTEMPT"), "2");
        QCOMPARE(variable(request, "WIDTHWISE_EXPERIMENT"), "gn2-lr");
        QCOMPARE(variable(request, "WIDTHWISE_EXPERIMENT_DIR"), place.baseDirectory);
        QCOMPARE(variable(request, "OMP_NUM_THREADS"), "4");
        QCOMPARE(variable(request, "OPENBLAS_NUM_THREADS"), "4");
        QCOMPARE(variable(request, "OMP_WAIT_POLICY"), "PASSIVE");
        QVERIFY(!variable(request, "WIDTHWISE_CHECKPOINT"));
    }

    void namesTheCheckpointOnlyToATrialThatGoesOn()
    {
        Trial t = trial();
        t.continues = true;
        const LaunchRequest request = planLaunch(experiment(), t, place);
        QVERIFY(request.continues);
        QCOMPARE(variable(request, "WIDTHWISE_CHECKPOINT"), place.trialDirectory + "/checkpoint.pt");
    }

    void saysWhereATrialIsToPause()
    {
        Experiment e = experiment();
        e.trial.program = CommandTemplate{"run --until={until_step}"};
        Trial t = trial();
        QCOMPARE(planLaunch(e, t, place).command, "run --until=0");
        QVERIFY(!variable(planLaunch(e, t, place), "WIDTHWISE_UNTIL_STEP"));
        QVERIFY(planLaunch(e, t, place).config.find("until_step") == std::string::npos);
        t.untilStep = 300;
        const LaunchRequest request = planLaunch(e, t, place);
        QCOMPARE(request.command, "run --until=300");
        QCOMPARE(variable(request, "WIDTHWISE_UNTIL_STEP"), "300");
        QVERIFY(request.config.find("\"until_step\": 300") != std::string::npos);
    }

    void letsTheExperimentSetItsOwnEnvironmentLast()
    {
        Experiment e = experiment();
        e.trial.environment = {{"OMP_NUM_THREADS", "1"}, {"MY_DATA", "/x"}};
        const LaunchRequest request = planLaunch(e, trial(), place);
        QCOMPARE(variable(request, "OMP_NUM_THREADS"), "1");
        QCOMPARE(variable(request, "MY_DATA"), "/x");
    }

    void knowsWhereTheCollectorReads()
    {
        Experiment e = experiment();
        QCOMPARE(planLaunch(e, trial(), place).metricsFile, "metrics.jsonl");
        e.trial.collector = StdoutCollector{"(a)=(b)"};
        QCOMPARE(planLaunch(e, trial(), place).metricsFile, "stdout.log");
        e.trial.collector = CsvCollector{"logs/metrics.csv"};
        QCOMPARE(planLaunch(e, trial(), place).metricsFile, "logs/metrics.csv");
    }

    void isTheSameEachTime()
    {
        const LaunchRequest a = planLaunch(experiment(), trial(), place);
        const LaunchRequest b = planLaunch(experiment(), trial(), place);
        QCOMPARE(a.command, b.command);
        QCOMPARE(a.config, b.config);
        QVERIFY(a.environment == b.environment);
    }

    void namesAMissingTrainerAndTheFix()
    {
        QVERIFY(missingTrainer("/opt/x").find("/opt/x") != std::string::npos);
        for (const std::string& path : {std::string(), std::string("/opt/x")})
            QVERIFY(missingTrainer(path).find("WIDTHWISE_TRAINER") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestLaunchPlan)
#include "tst_launch_plan.moc"
