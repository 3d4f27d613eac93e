Rails.application.routes.draw do
  root to: proc { [200, { "Content-Type" => "text/plain" }, ["shop\n"]] }
end
