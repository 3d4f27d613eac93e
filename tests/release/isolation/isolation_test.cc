#include "release/isolation/isolation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace release {
namespace {

using ::testing::ElementsAre;

IsolationLayer LayerOf(IsolationKind kind, std::vector<Substitution> programs) {
  IsolationLayer layer;
  layer.kind = kind;
  layer.programs = std::move(programs);
  return layer;
}

TEST(Isolate, TheFirstLayerThatKnowsTheProgramStartsIt) {
  const std::vector<IsolationLayer> layers = {
      LayerOf(IsolationKind::kBundler, {{"rake", {"bundle", "exec", "rake"}, {}}}),
      LayerOf(IsolationKind::kVirtualenv,
              {{"rake", {"never"}, {}}, {"manage.py", {"/venv/bin/python", "manage.py"}, {}}})};
  EXPECT_THAT(Isolate(layers, {"rake", "x y"}).value(),
              ElementsAre("bundle", "exec", "rake", "x y"));
  EXPECT_THAT(Isolate(layers, {"manage.py", "rake"}).value(),
              ElementsAre("/venv/bin/python", "manage.py", "rake"));
  EXPECT_THAT(Isolate(layers, {"ls", "rake"}).value(), ElementsAre("ls", "rake"));
  EXPECT_THAT(Isolate({}, {"rake"}).value(), ElementsAre("rake"));
}

TEST(Isolate, ABrokenLayerRefuses) {
  const auto refused =
      Isolate({LayerOf(IsolationKind::kBundler, {{"rake", {}, "no bundle"}})}, {"rake"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, kUnusable);
  EXPECT_EQ(refused.error().message, "no bundle");
}

TEST(IsolateEnvironment, PutsTheLayersFoldersAheadInTheirOrder) {
  IsolationLayer python = LayerOf(IsolationKind::kVirtualenv, {});
  python.path = {"/r/venv/bin"};
  python.variables = {{"VIRTUAL_ENV", "/r/venv", "isolation (virtualenv)"}};
  IsolationLayer node = LayerOf(IsolationKind::kNode, {});
  node.path = {"/r/node_modules/.bin"};
  Variables environment;
  environment.Set("PATH", "/usr/bin", "base");
  IsolateEnvironment({python, node}, environment);
  EXPECT_EQ(environment.Find("PATH")->value, "/r/venv/bin:/r/node_modules/.bin:/usr/bin");
  EXPECT_EQ(environment.Find("PATH")->source, "isolation (virtualenv, node)");
  EXPECT_EQ(environment.Find("VIRTUAL_ENV")->value, "/r/venv");
  environment.Unset("PATH");
  IsolateEnvironment({node}, environment);
  EXPECT_EQ(environment.Find("PATH")->value, "/r/node_modules/.bin");
}

TEST(IsolateEnvironment, WithoutFoldersThePathStaysAsItIs) {
  Variables environment;
  environment.Set("PATH", "/usr/bin", "base");
  environment.Set("B", "1", "x");
  IsolationLayer layer;
  layer.unset = {"B"};
  IsolateEnvironment({layer}, environment);
  EXPECT_EQ(environment.Find("PATH")->source, "base");
  EXPECT_EQ(environment.Find("B"), nullptr);
}

}  // namespace
}  // namespace release
